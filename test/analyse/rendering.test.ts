import { describe, expect, it } from 'vitest'
import { analysed, usesOf } from './system.ts'

const docker = 'FROM base\nCOPY . .\n'

const desk = (render: string, page: string): Record<string, string> => ({
  'desk/Dockerfile': docker,
  'desk/main.py': `import requests
from flask import Flask, render_template
app = Flask(__name__)
@app.route("/")
def home():
    order = requests.get("http://ledger:8080/order").json()
    return ${render}
if __name__ == "__main__":
    app.run()
`,
  'desk/templates/order.html': page,
})

describe('a page that a server fills in', () => {
  it('reads what it shows of an answer, and holds what it shows whole', async () => {
    const files = desk(
      'render_template("order.html", order=order)',
      '{% for seat in order.seats %}{{ seat.row }}{% endfor %}{{ order.total }}\n',
    )
    expect(await usesOf(files, 'GET /order', 'call')).toEqual(['response read seats', 'response read seats.[].row', 'response read total'])
    const [call] = (await analysed(files)).effects.filter(e => e.does === 'call')
    expect(call).toMatchObject({ closed: true, escapes: [] })
    const shown = call!.uses.map(u => `${u.path.join('.')} ${u.at.file}:${u.at.line} ${u.whole ?? false}`)
    expect(shown.sort()).toEqual([
      'seats desk/templates/order.html:1 false',
      'seats.[].row desk/templates/order.html:1 true',
      'total desk/templates/order.html:1 true',
    ])
  })

  it('may read anything where nobody knows the page', async () => {
    const { effects } = await analysed(desk('render_template(name(), order=order)', '{{ order.total }}\n'))
    expect(effects.filter(e => e.does === 'call').map(e => [e.closed, e.escapes.map(at => at.line)])).toEqual([[false, [7]]])
  })

  it('is found by the name that a file defines, and in what it draws in (Go)', async () => {
    const files = {
      'desk/Dockerfile': docker,
      'desk/go.mod': 'module example.com/desk\n',
      'desk/main.go': `package main
import ("encoding/json"; "html/template"; "net/http")
var pages = template.Must(template.New("").ParseGlob("templates/*.html"))
type Order struct { Total Money; Seats []Seat }
type Money struct { Units int }
type Seat struct { Row string }
func home(w http.ResponseWriter, r *http.Request) {
	pages.ExecuteTemplate(w, "order", map[string]interface{}{"order": ask()})
}
func ask() interface{} {
	response, _ := http.Get("http://ledger:8080/order")
	return response.Body
}
func main() { http.HandleFunc("/", home); http.ListenAndServe(":8080", nil); json.Marshal(nil) }
`,
      'desk/templates/order.html': '{{ define "order" }}{{ template "seats" .order }}{{ end }}\n',
      'desk/templates/seats.html': '{{ define "seats" }}{{ range .seats }}{{ .row }}{{ end }}{{ end }}\n',
    }
    expect(await usesOf(files, 'GET /order', 'call')).toContain('response read seats.[].row')
  })

  it('reads what a controller puts into its model (Java)', async () => {
    const files = {
      'desk/Dockerfile': docker,
      'desk/pom.xml': '<project><groupId>x</groupId><artifactId>desk</artifactId></project>',
      'desk/src/main/java/x/Desk.java': `package x;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.client.RestTemplate;
@Controller
public class Desk {
  private final RestTemplate rest = new RestTemplate();
  @GetMapping("/")
  public String home(Model model) {
    model.addAttribute("order", rest.getForObject("http://ledger:8080/order", Order.class));
    return "order";
  }
}
class Order { private int total; public int getTotal() { return total; } }
`,
      'desk/src/main/resources/templates/order.html': '<b th:text="${order.total}"></b>\n',
    }
    expect(await usesOf(files, 'GET /order', 'call')).toEqual(['response read total'])
  })
})
