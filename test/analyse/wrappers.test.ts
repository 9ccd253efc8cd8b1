import { describe, expect, it } from 'vitest'
import { analysed, calls } from './system.ts'

const program = {
  'go.mod': 'module example.com/box-office\n',
  Dockerfile: 'FROM golang\nCOPY . .\nRUN go build -o /app .\nENTRYPOINT ["/app"]\n',
  'main.go': `package main

import (
	"context"
	"os"

	pb "example.com/box-office/genproto"
	"google.golang.org/grpc"
)

type server struct {
	seatingAddr string
	seatingConn *grpc.ClientConn
	pricingAddr string
	pricingConn *grpc.ClientConn
}

func main() {
	svc := new(server)
	mustMapEnv(&svc.seatingAddr, "SEATING_ADDR")
	mustMapEnv(&svc.pricingAddr, "PRICING_ADDR")
	mustConn(&svc.seatingConn, svc.seatingAddr)
	mustConn(&svc.pricingConn, svc.pricingAddr)
	svc.reserve(context.Background())
}

func mustMapEnv(target *string, key string) {
	v := os.Getenv(key)
	if v == "" {
		panic(key)
	}
	*target = v
}

func mustConn(conn **grpc.ClientConn, addr string) {
	var err error
	*conn, err = grpc.NewClient(addr)
	if err != nil {
		panic(err)
	}
}
`,
  'reserve.go': `package main

import (
	"context"

	pb "example.com/box-office/genproto"
)

func (s *server) reserve(ctx context.Context) {
	unused := pb.NewLedgerClient(s.pricingConn)
	_ = unused
	seat, _ := pb.NewSeatingClient(s.seatingConn).Hold(ctx, &pb.HoldRequest{Row: 7, Guest: &pb.Guest{Name: "x"}})
	price, _ := pb.NewPricingClient(s.pricingConn).Quote(ctx, &pb.QuoteRequest{SeatId: seat.GetSeat().GetId()})
	total(price.Lines)
}

func total(lines []*pb.Line) (sum int64) {
	for _, line := range lines {
		sum += line.GetUnits()
	}
	return sum
}
`,
}

describe('wrappers around look-ups and connections', () => {
  it('keeps what each call site asked for apart, through out-parameters and fields', async () => {
    expect(await calls(program)).toEqual(['grpc ${PRICING_ADDR} Pricing/Quote', 'grpc ${SEATING_ADDR} Seating/Hold'])
  })

  it('tells the whole chain, call site first', async () => {
    const { effects } = await analysed(program)
    const hold = effects.find(e => e.operation?.is === 'text' && e.operation.text === 'Seating/Hold')!
    expect(hold.evidence.via!.map(s => `${s.at.file}:${s.at.line} ${s.says}`)).toEqual([
      'reserve.go:12 ….Hold(…)',
      'main.go:24 svc.reserve(…)',
      'main.go:37 grpc.NewClient(…)',
      'main.go:22 mustConn(…)',
      'main.go:28 os.Getenv(…)',
      'main.go:20 mustMapEnv(…)',
    ])
  })

  it('follows members of messages through functions', async () => {
    const { effects } = await analysed(program)
    const quote = effects.find(e => e.operation?.is === 'text' && e.operation.text === 'Pricing/Quote')!
    expect(quote.uses.map(u => `${u.side} ${u.access} ${u.path.join('.')} ${u.at.file}:${u.at.line}`)).toEqual([
      'request send SeatId reserve.go:13',
      'response read Lines reserve.go:14',
      'response read Lines.[].Units reserve.go:19',
    ])
    expect(quote.closed).toBe(true)
  })

  it('says which variables are read', async () => {
    const { effects } = await analysed(program)
    expect(effects.filter(e => e.does === 'read-config').map(e => e.operation?.is === 'text' && e.operation.text)).toEqual([
      'PRICING_ADDR',
      'SEATING_ADDR',
    ])
  })
})

describe('names that mean two things', () => {
  it('takes a literal for its type although a variable has the name', async () => {
    const files = {
      'ledger/Dockerfile': 'FROM base\nCOPY . .\nRUN go build -o /ledger .\nENTRYPOINT ["/ledger"]\n',
      'ledger/go.mod': 'module example.org/ledger\n\ngo 1.26\n',
      'ledger/main.go': `package main

import (
	"net/http"
	"os"

	pb "example.org/ledger/billingpb"
	"google.golang.org/grpc"
)

type journal struct{ billing pb.BillingClient }

func (j *journal) post(w http.ResponseWriter, r *http.Request) {
	j.billing.GetInvoice(r.Context(), &pb.GetInvoiceRequest{Id: r.FormValue("invoice")})
}

func main() {
	conn, _ := grpc.NewClient(os.Getenv("BILLING_ADDR"))
	journal := &journal{billing: pb.NewBillingClient(conn)}
	http.HandleFunc("POST /entries", journal.post)
	http.ListenAndServe(":8070", nil)
}
`,
    }
    expect(await calls(files)).toEqual(['grpc $' + '{BILLING_ADDR} Billing/GetInvoice'])
  })
})
