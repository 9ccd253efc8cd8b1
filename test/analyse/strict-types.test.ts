import { describe, expect, it } from 'vitest'
import { analysed } from './system.ts'

const docker = 'FROM base\nCOPY . .\n'

/** Members that are read of the answer of the only call; `exact` for what may have no further ones. */
const read = async (files: Record<string, string>): Promise<string[]> => {
  const { effects } = await analysed({ 'desk/Dockerfile': docker, ...files })
  const [call, ...others] = effects.filter(e => e.does === 'call')
  expect(others).toEqual([])
  const shown = call!.uses.map(u => `${u.path.join('.')}${u.tolerance === 'strict' ? '' : ` ${u.tolerance}`}${u.exact ? ' exact' : ''}`)
  return [...new Set([...shown, ...(call!.closed ? [] : ['open'])])].sort()
}

describe('zod: an answer that a schema takes', () => {
  const files = (schema: string): Record<string, string> => ({
    'desk/package.json': '{"name":"desk","main":"index.ts","dependencies":{"zod":"3"}}',
    'desk/index.ts': `import { z } from 'zod'
const Hall = z.object({ name: z.string() })
const Seat = ${schema}
async function main() {
  const answer = await fetch('http://ledger:8080/seat')
  store(Seat.parse(await answer.json()))
}
main()
`,
  })
  it('is read by all members that the schema insists on, and goes on without others', async () => {
    expect(await read(files('z.object({ row: z.string(), size: z.number().optional(), halls: z.array(Hall) })'))).toEqual([
      'halls',
      'halls.[].name',
      'row',
      'size optional',
    ])
  })

  it('may have no others where the schema is strict, and goes on with others where it keeps them', async () => {
    expect(await read(files('z.object({ row: z.string() }).strict()'))).toEqual([' exact', 'row'])
    expect(await read(files('z.strictObject({ row: z.string() })'))).toEqual([' exact', 'row'])
    expect(await read(files('z.object({ row: z.string() }).passthrough()'))).toEqual(['open', 'row'])
  })
})

describe('Jackson', () => {
  const files = (type: string, mapper: string): Record<string, string> => ({
    'desk/pom.xml': '<project><groupId>x</groupId><artifactId>desk</artifactId></project>',
    'desk/src/main/java/x/Desk.java': `package x;
import com.fasterxml.jackson.annotation.*;
import com.fasterxml.jackson.databind.*;
import org.springframework.web.client.RestTemplate;
public class Desk {
  public static void main(String[] args) throws Exception {
    String answer = new RestTemplate().getForObject("http://ledger:8080/seat", String.class);
    ${mapper}
    Seat seat = mapper.readValue(answer, Seat.class);
    System.out.println(seat.getRow());
  }
}
${type}class Seat { private String row; public String getRow() { return row; } }
`,
  })
  it('refuses what it does not know where code makes it as it is', async () => {
    expect(await read(files('', 'ObjectMapper mapper = new ObjectMapper();'))).toEqual([' exact', 'row'])
  })

  it('passes it over where the type or the mapper says so, or a framework has made it', async () => {
    expect(await read(files('@JsonIgnoreProperties(ignoreUnknown = true)\n', 'ObjectMapper mapper = new ObjectMapper();'))).toEqual(['row'])
    const told =
      'ObjectMapper mapper = new ObjectMapper();\n    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);'
    expect(await read(files('', told))).toEqual(['row'])
    expect(await read(files('', 'ObjectMapper mapper = beans().mapper;'))).toEqual(['row'])
  })
})

it('System.Text.Json refuses where its options say so', async () => {
  const files = (options: string): Record<string, string> => ({
    'desk/Desk.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
    'desk/Program.cs': `using System.Net.Http; using System.Text.Json; using System.Text.Json.Serialization; using System.Threading.Tasks;
public class Seat { public string Row { get; set; } }
public class Program {
  static HttpClient client = new HttpClient();
  public static async Task Main() {
    var answer = await client.GetStringAsync("http://ledger:8080/seat");
    var options = new JsonSerializerOptions { ${options} };
    var seat = JsonSerializer.Deserialize<Seat>(answer, options);
    System.Console.WriteLine(seat.Row);
  }
}
`,
  })
  expect(await read(files('UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow'))).toContain(' exact')
  expect(await read(files('PropertyNameCaseInsensitive = true'))).not.toContain(' exact')
})

it('pydantic: a model that takes an answer', async () => {
  const files = (config: string): Record<string, string> => ({
    'desk/main.py': `import requests
from pydantic import BaseModel
class Seat(BaseModel):
    ${config}
    row: str
    hall: str = ''
def main():
    seat = Seat.model_validate(requests.get("http://ledger:8080/seat").json()["seat"])
    print(seat.row)
if __name__ == "__main__":
    main()
`,
  })
  expect(await read(files("model_config = {'extra': 'forbid'}"))).toEqual(
    expect.arrayContaining(['seat exact', 'seat.row', 'seat.hall optional']),
  )
  expect(await read(files('pass'))).not.toContain('seat exact')
})
