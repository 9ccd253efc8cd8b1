import { expect, it } from 'vitest'
import { calls } from './system.ts'

it('a variable named like its type still holds an instance of that type', async () => {
  const found = await calls({
    'go.mod': 'module example.com/ledger\n',
    Dockerfile: 'FROM golang\nCOPY . .\nRUN go build -o /app .\nENTRYPOINT ["/app"]\n',
    'main.go': `package main

import (
	"context"
	"os"

	pb "example.com/ledger/billingpb"
	"google.golang.org/grpc"
)

type journal struct {
	billing pb.BillingClient
}

func main() {
	conn, _ := grpc.NewClient(os.Getenv("BILLING_ADDR"))
	journal := &journal{billing: pb.NewBillingClient(conn)}
	journal.post(context.Background())
}

func (j *journal) post(ctx context.Context) {
	j.billing.GetInvoice(ctx, &pb.GetInvoiceRequest{})
}
`,
  })
  expect(found).toEqual(['grpc ${BILLING_ADDR} Billing/GetInvoice'])
})
