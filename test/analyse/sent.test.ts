import { describe, expect, it } from 'vitest'
import { usesOf } from './system.ts'

const docker = 'FROM base\nCOPY . .\n'
const sent = ['request send hall', 'request send hall.name', 'request send row_no']

describe('an object of a declared type in a request', () => {
  it('sends the members of its type, written or wrapped (TypeScript)', async () => {
    const files = {
      'desk/Dockerfile': docker,
      'desk/package.json': '{"name":"desk","main":"index.ts"}',
      'desk/index.ts': `import axios from 'axios'
interface Seat { row_no: string; hall: Hall }
interface Hall { name: string }
async function book(seat: Seat) {
  await fetch('http://ledger:8080/one', { method: 'POST', body: JSON.stringify(seat) })
  await axios.post('http://ledger:8080/two', { seats: [seat] })
}
book(JSON.parse(process.argv[2]!))
`,
    }
    expect(await usesOf(files, 'POST /one', 'call')).toEqual(sent)
    expect(await usesOf(files, 'POST /two', 'call')).toEqual([
      'request send seats',
      ...sent.map(use => use.replace('send ', 'send seats.[].')),
    ])
  })

  it('is a literal under the names of its tags (Go)', async () => {
    const files = {
      'desk/Dockerfile': docker,
      'desk/go.mod': 'module example.com/desk\n',
      'desk/main.go': `package main
import ("bytes"; "encoding/json"; "net/http")
type Seat struct { Row string \`json:"row_no"\`; Hall Hall \`json:"hall"\`; Secret string \`json:"-"\` }
type Hall struct { Name string \`json:"name"\` }
func main() {
	seat := Seat{Row: "1", Hall: Hall{Name: "x"}, Secret: "s"}
	body, _ := json.Marshal(seat)
	http.Post("http://ledger:8080/one", "application/json", bytes.NewBuffer(body))
	request, _ := http.NewRequest("PUT", "http://ledger:8080/two", bytes.NewReader(body))
	response, _ := http.DefaultClient.Do(request)
	var hall Hall
	json.NewDecoder(response.Body).Decode(&hall)
	println(hall.Name)
}
`,
    }
    expect(await usesOf(files, 'POST /one', 'call')).toEqual(sent)
    expect(await usesOf(files, 'PUT /two', 'call')).toEqual([...sent, 'response read name'])
  })

  it('goes through entities, contents and models (Java, C#, Python)', async () => {
    const java = {
      'desk/Dockerfile': docker,
      'desk/pom.xml': '<project><groupId>x</groupId><artifactId>desk</artifactId></project>',
      'desk/src/main/java/x/Desk.java': `package x;
import org.springframework.http.*;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
public class Desk {
  public static void main(String[] args) {
    Seat seat = new Seat();
    seat.setRow("1");
    new RestTemplate().exchange("http://ledger:8080/one", HttpMethod.POST, new HttpEntity<>(seat, null), String.class);
    WebClient.create("http://ledger:8080").post().uri("/two").bodyValue(seat).retrieve();
  }
}
class Seat { private String row; public void setRow(String r) { row = r; } }
`,
    }
    expect(await usesOf(java, 'POST /one', 'call')).toEqual(['request send row'])
    expect(await usesOf(java, 'POST /two', 'call')).toEqual(['request send row'])
    const csharp = {
      'desk/Dockerfile': docker,
      'desk/Desk.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
      'desk/Program.cs': `using System.Net.Http; using System.Text.Json; using System.Threading.Tasks;
public class Seat { public string Row { get; set; } }
public class Program {
  static HttpClient client = new HttpClient();
  public static async Task Main(string[] args) { await Book(JsonSerializer.Deserialize<Seat>(args[0])); }
  static async Task Book(Seat seat) {
    var content = new StringContent(JsonSerializer.Serialize(new { place = seat }));
    await client.PostAsync("http://ledger:8080/one", content);
  }
}
`,
    }
    expect(await usesOf(csharp, 'POST /one', 'call')).toEqual(['request send place', 'request send place.row'])
    const python = {
      'desk/Dockerfile': docker,
      'desk/main.py': `import requests
from pydantic import BaseModel
class Seat(BaseModel):
    row: str
def book(seat: Seat):
    requests.post("http://ledger:8080/one", json=seat.model_dump())
if __name__ == "__main__":
    book(Seat.parse_raw("x"))
`,
    }
    expect(await usesOf(python, 'POST /one', 'call')).toEqual(['request send row'])
  })
})

describe('what is run aside', () => {
  it('gives what it would have given at once', async () => {
    const python = {
      'desk/Dockerfile': docker,
      'desk/main.py': `import requests
import concurrent.futures
from concurrent.futures import ThreadPoolExecutor
class Traced(ThreadPoolExecutor):
    def __init__(self, tracer, *args):
        self.tracer = tracer
        super().__init__(*args)
    def submit(self, task, *args):
        return super().submit(lambda: task(*args))
class Ask:
    def __init__(self, name, url):
        self.name = name
        self.url = url
    def make(self):
        return requests.get(url=self.url)
def main():
    asks = [Ask("one", "http://ledger:8080/one"), Ask("two", "http://ledger:8080/two")]
    got = {"one": None, "two": None}
    with Traced(None, 3) as pool:
        waiting = {pool.submit(ask.make): ask for ask in asks}
        for done in concurrent.futures.as_completed(waiting):
            ask = waiting[done]
            got[ask.name] = done.result().json()
    print(got["one"]["total"])
if __name__ == "__main__":
    main()
`,
    }
    expect(await usesOf(python, 'GET /one', 'call')).toEqual(['response read total'])
    const script = {
      'desk/Dockerfile': docker,
      'desk/package.json': '{"name":"desk","main":"index.js"}',
      'desk/index.js': `const axios = require('axios')
async function main() {
  const [one, two] = await Promise.all([axios.get('http://ledger:8080/one'), axios.get('http://ledger:8080/two')])
  console.log(one.data.total, two.data.sum)
}
main()
`,
    }
    expect(await usesOf(script, 'GET /one', 'call')).toEqual(['response read total'])
    expect(await usesOf(script, 'GET /two', 'call')).toEqual(['response read sum'])
    const java = {
      'desk/Dockerfile': docker,
      'desk/pom.xml': '<project><groupId>x</groupId><artifactId>desk</artifactId></project>',
      'desk/src/main/java/x/Desk.java': `package x;
import java.util.concurrent.CompletableFuture;
import org.springframework.web.client.RestTemplate;
public class Desk {
  public static void main(String[] args) {
    RestTemplate rest = new RestTemplate();
    CompletableFuture<Seat> seat = CompletableFuture.supplyAsync(() -> rest.getForObject("http://ledger:8080/one", Seat.class));
    System.out.println(seat.join().getRow());
  }
}
class Seat { private String row; public String getRow() { return row; } }
`,
    }
    expect(await usesOf(java, 'GET /one', 'call')).toEqual(['response read row'])
  })
})

it('Python: a constructor hands on to the one it overrides, with or without arguments of super', async () => {
  const files = (above: string): Record<string, string> => ({
    'desk/Dockerfile': docker,
    'desk/main.py': `import requests
class Client:
    def __init__(self, host):
        self.host = host
    def ask(self):
        return requests.get(self.host + "/one")
class Ledger(Client):
    def __init__(self, host):
        ${above}.__init__(host)
if __name__ == "__main__":
    print(Ledger("http://ledger:8080").ask().json()["total"])
`,
  })
  for (const above of ['super()', 'super(Ledger, self)'])
    expect(await usesOf(files(above), 'GET /one', 'call')).toEqual(['response read total'])
})
