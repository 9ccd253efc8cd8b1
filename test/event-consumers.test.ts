import { describe, expect, it } from 'vitest'
import { type Files, judged, mapOf } from './support/judged.ts'

const docker = 'FROM base\nCOPY . .\nCMD ["./main"]\n'
const event = (name: string, members: string): string => `namespace Events;\npublic class ${name} : Event {\n${members}}\n`
const base = 'namespace Events;\npublic class Event {\n  public Guid Id { get; set; }\n}\n'
const project = '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="MassTransit.RabbitMQ" /></ItemGroup></Project>\n'

const publisher = `using MassTransit;
using Events;
public class Sale {
  private readonly IPublishEndpoint bus;
  public Sale(IPublishEndpoint bus) { this.bus = bus; }
  public Task Sell() => bus.Publish(new SeatSold { Id = Guid.NewGuid(), Seat = "a1", Guest = "x", Note = "y" });
}
public static class Program {
  public static async Task Main(string[] args) {
    var services = new ServiceCollection();
    services.AddMassTransit(x => x.UsingRabbitMq((c, bus) => bus.Host("amqp://broker:5672")));
    await services.BuildServiceProvider().GetRequiredService<Sale>().Sell();
  }
}
`
const consumer = `using MassTransit;
using Events;
public class Told : IConsumer<SeatSold> {
  public Task Consume(ConsumeContext<SeatSold> context) => Mail.Send(context.Message.Guest);
}
public static class Program {
  public static void Main() { Bus.Factory.CreateUsingRabbitMq(c => c.Host("amqp://broker:5672")); }
}
`
const sold = '  public string Seat { get; set; }\n  public string Guest { get; set; }\n  public string Note { get; set; }\n'
const office: Files = {
  'compose.yaml': 'services:\n  booking:\n    build: booking\n  notify:\n    build: notify\n  broker:\n    image: rabbitmq:3\n',
  'booking/Dockerfile': docker,
  'booking/booking.csproj': project,
  'booking/Program.cs': publisher,
  'booking/Event.cs': base,
  'booking/SeatSold.cs': event('SeatSold', sold),
  'notify/Dockerfile': docker,
  'notify/notify.csproj': project,
  'notify/Program.cs': consumer,
  'notify/Event.cs': base,
  'notify/SeatSold.cs': event('SeatSold', sold.replace(/ {2}public string Note.*\n/, '')),
}

const go = (body: string, imports: string): string =>
  `package main\n\nimport (\n${imports.replace(/\S+/g, m => `\t"${m}"\n`)})\n\nfunc main() {\n${body}}\n`
const goOffice: Files = {
  'compose.yaml': 'services:\n  booking:\n    build: booking\n  ledger:\n    build: ledger\n  broker:\n    image: rabbitmq:3\n',
  'booking/Dockerfile': docker,
  'booking/go.mod': 'module booking\n\nrequire github.com/rabbitmq/amqp091-go v1.9.0\n',
  'booking/main.go': `${go(
    '\tconn, _ := amqp091.Dial("amqp://broker:5672")\n\tch, _ := conn.Channel()\n\tbody, _ := json.Marshal(&Sold{Seat: "a1", Price: 7})\n\tch.Publish("", "sold", false, false, amqp091.Publishing{Body: body})\n',
    'encoding/json github.com/rabbitmq/amqp091-go',
  )}\ntype Sold struct {\n\tSeat string \`json:"seat"\`\n\tPrice int \`json:"price"\`\n\tHall string \`json:"hall"\`\n}\n`,
  'ledger/Dockerfile': docker,
  'ledger/go.mod': 'module ledger\n\nrequire github.com/rabbitmq/amqp091-go v1.9.0\n',
  'ledger/main.go': `${go(
    '\tconn, _ := amqp091.Dial("amqp://broker:5672")\n\tch, _ := conn.Channel()\n\tmessages, _ := ch.Consume("sold", "", true, false, false, false, nil)\n\tfor m := range messages {\n\t\tvar entry Entry\n\t\tjson.Unmarshal(m.Body, &entry)\n\t\tfmt.Println(entry.Price)\n\t}\n',
    'encoding/json fmt github.com/rabbitmq/amqp091-go',
  )}\ntype Entry struct {\n\tPrice int \`json:"price"\`\n}\n`,
}

const impactsOf = async (files: Files, file: string, from: string, to: string): Promise<string[]> => {
  expect(files[file]).toContain(from)
  const verdict = await judged(files, { ...files, [file]: files[file]!.replace(from, to) })
  return verdict.findings.flatMap(f => f.impact.map(i => `${i.party} ${i.verdict} ${i.at?.file}`))
}

describe('who takes a message', () => {
  it('is known with the members that its own type has', async () => {
    const { interactions, contracts } = await mapOf(office)
    const taken = interactions.find(i => i.from === 'notify' && i.role === 'consume')!
    expect(taken.operations.map(o => [o.operation, o.closed])).toEqual([['publish SeatSold#SeatSold', true]])
    expect(taken.operations[0]!.uses.map(u => `${u.path.join('.')} ${u.tolerance}`).sort()).toEqual([
      'guest strict',
      'id optional',
      'seat optional',
    ])
    expect(contracts.map(c => [c.id, c.providers.map(p => p.value)])).toEqual([['code:booking', ['booking']]])
  })

  it('breaks with a member that it names, tolerates one that it only holds, and is safe from one that it has not', async () => {
    const gone = (member: string) => impactsOf(office, 'booking/SeatSold.cs', `  public string ${member} { get; set; }\n`, '')
    expect(await gone('Guest')).toEqual(['notify breaks notify/SeatSold.cs'])
    expect(await gone('Seat')).toEqual(['notify tolerated-silently notify/SeatSold.cs'])
    expect(await gone('Note')).toEqual([])
  })

  it('breaks with the topic', async () => {
    const renamed = { ...office, 'booking/Sale.cs': office['booking/SeatSold.cs']!.replace('SeatSold', 'SeatLeft') }
    delete (renamed as Record<string, string>)['booking/SeatSold.cs']
    const verdict = await judged(office, { ...renamed, 'booking/Program.cs': publisher.replace('SeatSold', 'SeatLeft') })
    expect(verdict.findings.flatMap(f => f.impact.map(i => `${i.party} ${i.verdict}`))).toContain('notify breaks')
  })

  it('is followed through bytes that it decodes, under another name', async () => {
    expect(await impactsOf(goOffice, 'booking/main.go', '`json:"price"`', '`json:"amount"`')).toEqual(['ledger breaks ledger/main.go'])
    expect(await impactsOf(goOffice, 'booking/main.go', '\tHall string `json:"hall"`\n', '')).toEqual([])
  })
})
