import { describe, expect, it } from 'vitest'
import { usesOf } from './system.ts'

const dockerfile = 'FROM base\nCOPY . .\nENTRYPOINT ["/seating"]\n'
const proto = `syntax = "proto3";
package tickets;
option go_package = "tickets/gen";
service Seating { rpc List (ListRequest) returns (ListReply) {} }
message ListRequest { string row = 1; }
message ListReply { repeated Seat seats = 1; }
message Seat { string number = 1; }
`

describe('functions that a library applies to each element', () => {
  it('Go: what they give is what is sent', async () => {
    const files = {
      'seating/Dockerfile': dockerfile,
      'seating/go.mod': 'module tickets\n\ngo 1.22\n\nrequire github.com/samber/lo v1.38.1\n',
      'seating/proto/tickets.proto': proto,
      'seating/main.go': `package main

import (
	"context"
	"net"

	"github.com/samber/lo"
	"google.golang.org/grpc"
	"tickets/gen"
)

type seat struct{ id string }
type server struct{ gen.UnimplementedSeatingServer }

func (s *server) List(ctx context.Context, in *gen.ListRequest) (*gen.ListReply, error) {
	taken := []*seat{{id: in.Row}}
	return &gen.ListReply{Seats: lo.Map(taken, func(one *seat, _ int) *gen.Seat { return &gen.Seat{Number: one.id} })}, nil
}

func main() {
	listener, _ := net.Listen("tcp", ":8080")
	s := grpc.NewServer()
	gen.RegisterSeatingServer(s, &server{})
	s.Serve(listener)
}
`,
    }
    expect(await usesOf(files, 'Seating/List')).toEqual(expect.arrayContaining(['response send Seats.[].Number', 'request read Row']))
  })
})
