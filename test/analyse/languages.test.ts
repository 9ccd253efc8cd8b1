import { describe, expect, it } from 'vitest'
import { analysed, calls, served, usesOf } from './system.ts'

const dockerfile = (start: string): string =>
  `FROM base\nCOPY . .\nENTRYPOINT [${start
    .split(' ')
    .map(w => `"${w}"`)
    .join(', ')}]\n`

const proto = `syntax = "proto3";
package tickets;
service Pricing { rpc Quote (QuoteRequest) returns (QuoteReply) {} rpc Discount (QuoteRequest) returns (QuoteReply) {} }
service Seating { rpc Hold (HoldRequest) returns (HoldReply) {} }
message QuoteRequest { string seat_id = 1; }
message QuoteReply { Money total = 1; repeated Line lines = 2; }
message Line { string text = 1; }
message Money { int64 units = 1; }
message HoldRequest { string row = 1; }
message HoldReply { string seat_id = 1; QuoteReply quote = 2; }
`

describe('JavaScript', () => {
  const files = {
    'seating/Dockerfile': dockerfile('node server.js'),
    'seating/package.json': '{"name": "seating", "scripts": {"start": "node server.js"}}',
    'seating/proto/tickets.proto': proto,
    'seating/client.js': `const axios = require('axios')\naxios.get('http://localhost:9999/probe')\n`,
    'seating/server.js': `
const grpc = require('@grpc/grpc-js')
const loader = require('@grpc/proto-loader')
const { ledger } = require('./ledger')
const tickets = grpc.loadPackageDefinition(loader.loadSync('proto/tickets.proto')).tickets
const pricing = new tickets.Pricing(process.env.PRICING_ADDR || 'pricing:7070', grpc.credentials.createInsecure())

function hold (call, callback) {
  const { row } = call.request
  pricing.quote({ seat_id: row }, (err, reply) => {
    if (err) return callback(err)
    ledger.post('/entries', { amount: reply.total.units })
    callback(null, { seat_id: row, quote: reply })
  })
}

function main () {
  const server = new grpc.Server()
  server.addService(tickets.Seating.service, { hold })
  server.bindAsync(\`0.0.0.0:\${process.env.PORT}\`, grpc.ServerCredentials.createInsecure(), () => server.start())
}
main()
`,
    'seating/ledger.js': `
const axios = require('axios')
class Client {
  constructor (base) { this.http = axios.create({ baseURL: base }) }
  post (path, body) { return this.send('post', path, body) }
  send (method, path, body) { return this.http.post(path, body) }
}
module.exports = { ledger: new Client(\`http://\${process.env.LEDGER_HOST}:8080\`), spare: new Client('http://spare') }
`,
  }

  it('finds calls through packages loaded at run time, callbacks and wrapper classes, and leaves test clients out', async () => {
    expect(await calls(files)).toEqual(['grpc ${PRICING_ADDR}|pricing:7070 Pricing/Quote', 'http http://${LEDGER_HOST}:8080 POST /entries'])
  })

  it('serves what it adds to the server', async () => {
    expect(await served(files)).toEqual(['grpc Seating/Hold'])
    const { programs } = await analysed(files)
    expect(programs.map(p => [p.id, p.listens, p.language])).toEqual([['seating', true, 'javascript']])
  })

  it('tells members that are read and sent, and where a message leaves view', async () => {
    expect(await usesOf(files, 'Pricing/Quote')).toEqual(['request send seat_id', 'response read total', 'response read total.units'])
    expect(await usesOf(files, 'Seating/Hold')).toEqual(['request read row', 'response send quote', 'response send seat_id'])
    const { effects } = await analysed(files)
    const quote = effects.find(e => e.does === 'call' && e.protocol === 'grpc')!
    expect([quote.closed, quote.escapes.map(e => e.line)]).toEqual([false, [13]])
  })
})

describe('Python', () => {
  const files = {
    'tickets.proto': proto,
    'office/Dockerfile': dockerfile('python app.py'),
    'office/settings.py': `import os\nPRICING = os.environ["PRICING_ADDR"]\nLEDGER_URL = 'http://{}/entries'.format(os.environ.get('LEDGER_ADDR', 'ledger:8080'))\n`,
    'office/app.py': `
import requests
import grpc
import tickets_pb2
import tickets_pb2_grpc
from flask import Flask
import settings

app = Flask(__name__)

class Office(tickets_pb2_grpc.SeatingServicer):
    def __init__(self, stub):
        self.stub = stub

    def Hold(self, request, context):
        reply = self.stub.Quote(tickets_pb2.QuoteRequest(seat_id=request.row))
        total = sum(line.text for line in reply.lines)
        return tickets_pb2.HoldReply(seat_id=str(total))

@app.route('/entries/<int:id>', methods=['GET', 'POST'])
def entries(id):
    found = requests.get(settings.LEDGER_URL + '/' + str(id), timeout=3).json()
    return found.get('amount') + found['currency']

if __name__ == '__main__':
    stub = tickets_pb2_grpc.PricingStub(grpc.insecure_channel(settings.PRICING))
    unused = tickets_pb2_grpc.PricingStub(grpc.insecure_channel('localhost:1'))
    server = grpc.server(None)
    tickets_pb2_grpc.add_SeatingServicer_to_server(Office(stub), server)
    server.add_insecure_port('[::]:7070')
`,
  }

  it('follows module constants, formats and constructor arguments', async () => {
    expect(await calls(files)).toEqual(['grpc ${PRICING_ADDR} Pricing/Quote', 'http http://${LEDGER_ADDR}|ledger:8080 GET /entries/{}'])
    expect(await served(files)).toEqual(['grpc Seating/Hold', 'http GET /entries/{}', 'http POST /entries/{}'])
  })

  it('reads members of answers', async () => {
    expect(await usesOf(files, 'Pricing/Quote')).toEqual(['request send seat_id', 'response read lines', 'response read lines.[].text'])
    expect(await usesOf(files, 'GET /entries/{}', 'call')).toEqual(['response read amount optional', 'response read currency'])
  })
})

describe('Java', () => {
  const main = 'office/src/main/java/com/tickets/office'
  const files = {
    'office/pom.xml':
      '<project><modelVersion>4.0.0</modelVersion><groupId>com.tickets</groupId><artifactId>office</artifactId><version>1</version></project>',
    'office/src/main/proto/tickets.proto': proto,
    [`${main}/Office.java`]: `package com.tickets.office;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import tickets.PricingGrpc;
import tickets.SeatingGrpc;
import tickets.Tickets.HoldRequest;
import tickets.Tickets.HoldReply;
import tickets.Tickets.QuoteReply;
import tickets.Tickets.QuoteRequest;

public class Office {
  private final PricingGrpc.PricingBlockingStub pricing;

  Office(String host, int port) {
    ManagedChannel channel = ManagedChannelBuilder.forAddress(host, port).usePlaintext().build();
    pricing = PricingGrpc.newBlockingStub(channel);
  }

  private class Seats extends SeatingGrpc.SeatingImplBase {
    @Override
    public void hold(HoldRequest req, StreamObserver<HoldReply> out) {
      QuoteReply quote = pricing.withWaitForReady().quote(QuoteRequest.newBuilder().setSeatId(req.getRow()).build());
      long units = quote.getTotal().getUnits();
      out.onNext(HoldReply.newBuilder().setSeatId("s" + units).build());
      out.onCompleted();
    }
  }

  public static void main(String[] args) {
    new Office(System.getenv("PRICING_HOST"), 7070);
  }
}
`,
    [`${main}/Entries.java`]: `package com.tickets.office;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.client.RestTemplate;

@RestController
@RequestMapping("/office")
public class Entries {
  private final RestTemplate rest;
  private final String ledger;
  private final Billing billing;

  public Entries(RestTemplate rest, @Value("http://\${LEDGER_ADDR:ledger:8080}/entries") String ledger, Billing billing) {
    this.rest = rest;
    this.ledger = ledger;
    this.billing = billing;
  }

  @GetMapping("/entries/{id}")
  public String entry(@PathVariable String id) {
    billing.invoice(id);
    return rest.getForObject(ledger + "/" + id, String.class);
  }
}
`,
    [`${main}/Billing.java`]: `package com.tickets.office;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.*;

@FeignClient(name = "billing", url = "\${billing.url}")
public interface Billing {
  @PostMapping("/invoices/{id}")
  String invoice(@PathVariable String id);
}
`,
  }

  it('follows stubs, injected settings and declared clients', async () => {
    expect(await calls(files)).toEqual([
      'grpc ${PRICING_HOST}:7070 Pricing/Quote',
      'http http://{LEDGER_ADDR}|ledger:8080 GET /entries/{}',
      'http {billing.url} POST /invoices/{}',
    ])
    expect(await served(files)).toEqual(['grpc Seating/Hold', 'http GET /office/entries/{}'])
  })

  it('reads accessors and builders', async () => {
    expect(await usesOf(files, 'Pricing/Quote')).toEqual(['request send seatId', 'response read total', 'response read total.units'])
    expect(await usesOf(files, 'Seating/Hold')).toEqual(['request read row', 'response send seatId'])
  })
})

describe('C#', () => {
  const files = {
    'tickets.proto': proto,
    'office/office.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
    'office/Dockerfile': dockerfile('dotnet office.dll'),
    'office/Program.cs': `
using Grpc.Net.Client;
using Tickets;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddStackExchangeRedisCache(options => { options.Configuration = builder.Configuration["REDIS_ADDR"]; });
var app = builder.Build();
app.MapGet("/ready", () => "ok");
app.Run();
`,
    'office/Seats.cs': `
using System;
using System.Threading.Tasks;
using Grpc.Core;
using Grpc.Net.Client;
using Tickets;

namespace Office {
  public class Seats : Seating.SeatingBase {
    private readonly Pricing.PricingClient pricing;

    public Seats() {
      var channel = GrpcChannel.ForAddress("http://" + Environment.GetEnvironmentVariable("PRICING_ADDR"));
      pricing = new Pricing.PricingClient(channel);
    }

    public override async Task<HoldReply> Hold(HoldRequest request, ServerCallContext context) {
      var reply = await pricing.QuoteAsync(new QuoteRequest { SeatId = request.Row });
      return new HoldReply { SeatId = reply.Total.Units.ToString() };
    }
  }
}
`,
  }

  it('follows channels, generated clients and bases', async () => {
    expect(await calls(files)).toEqual(['grpc http://${PRICING_ADDR} Pricing/Quote'])
    expect(await served(files)).toEqual(['grpc Seating/Hold', 'http GET /ready'])
    const { effects } = await analysed(files)
    expect(effects.filter(e => e.does === 'store').map(e => [e.protocol, e.target.is])).toEqual([['redis', 'config']])
  })

  it('reads properties and initialisers', async () => {
    expect(await usesOf(files, 'Pricing/Quote')).toEqual(['request send SeatId', 'response read Total', 'response read Total.Units'])
    expect(await usesOf(files, 'Seating/Hold')).toEqual(['request read Row', 'response send SeatId'])
  })
})

describe('handlers that only forward', () => {
  const handler = (body: string): Record<string, string> => ({
    'tickets.proto': proto,
    'proxy/Dockerfile': dockerfile('python app.py'),
    'proxy/app.py': `
import os
import grpc
import tickets_pb2
import tickets_pb2_grpc

pricing = tickets_pb2_grpc.PricingStub(grpc.insecure_channel(os.environ['PRICING_ADDR']))

class Proxy(tickets_pb2_grpc.PricingServicer):
    def Quote(self, request, context):
${body}

tickets_pb2_grpc.add_PricingServicer_to_server(Proxy(), grpc.server(None))
`,
  })

  const forwards = async (body: string): Promise<unknown> =>
    (await analysed(handler(body))).effects.find(
      e => e.operation?.is === 'text' && e.does === 'serve' && e.operation.text === 'Pricing/Quote',
    )?.forwards?.operation

  it('are told by a request that goes on as it came and an answer that comes back as it came', async () => {
    expect(await forwards('        return pricing.Discount(request)')).toMatchObject({ text: 'Pricing/Discount' })
    expect(await forwards('        return pricing.Discount(tickets_pb2.QuoteRequest(seat_id=request.seat_id))')).toMatchObject({
      text: 'Pricing/Discount',
    })
  })

  it('do more when they change either', async () => {
    expect(await forwards('        return pricing.Discount(tickets_pb2.QuoteRequest(seat_id="x" + request.seat_id))')).toBeUndefined()
    expect(
      await forwards('        reply = pricing.Discount(request)\n        return tickets_pb2.QuoteReply(total=reply.total, lines=[])'),
    ).toBeUndefined()
  })
})
