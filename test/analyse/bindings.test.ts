import { describe, expect, it } from 'vitest'
import { usesOf } from './system.ts'

const go = (types: string, body: string): Record<string, string> => ({
  'notify/go.mod': 'module example.com/notify\n',
  'notify/Dockerfile': 'FROM base\nCOPY . .\nRUN go build -o app .\n',
  'notify/main.go': `package main
import (
	"encoding/json"
	"io"
	"net/http"
)
${types}
func tell(id string) {
	resp, _ := http.Get("http://seating:8080/seats/" + id)
${body}
}
func main() { tell("1") }
`,
})

const seat =
  'type Seat struct {\n\tRow string `json:"row_no"`\n\tHall Hall `json:"hall"`\n\tSecret string `json:"-"`\n}\ntype Hall struct {\n\tName string `json:"name"`\n\tSize int `json:"size"`\n}'

describe('an answer that is put into a type', () => {
  it('is read by the members that the code names, and held by the others', async () => {
    const body = '\tvar seat Seat\n\tjson.NewDecoder(resp.Body).Decode(&seat)\n\tprintln(seat.Row, seat.Hall.Name)'
    expect(await usesOf(go(seat, body), 'GET /seats/1', 'call')).toEqual([
      'response read hall',
      'response read hall.name',
      'response read hall.size optional',
      'response read row_no',
    ])
  })

  it('is followed through its bytes', async () => {
    const body = '\tbody, _ := io.ReadAll(resp.Body)\n\tvar hall Hall\n\tjson.Unmarshal(body, &hall)\n\tprintln(hall.Size)'
    expect(await usesOf(go(seat, body), 'GET /seats/1', 'call')).toEqual(['response read name optional', 'response read size'])
  })
})
