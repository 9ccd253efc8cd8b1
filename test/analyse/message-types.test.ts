import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

/** `does program protocol topic` of everything sent and received, sorted. */
const messages = async (files: Record<string, string>): Promise<string[]> =>
  [
    ...new Set(
      (await analysed(files)).effects
        .filter(e => /^(publish|consume)$/.test(e.does))
        .map(e => `${e.does} ${e.of} ${e.protocol} ${e.operation ? showValue(e.operation) : ''}`.trim()),
    ),
  ].sort()

const web = '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="../Bus/Bus.csproj" /></ItemGroup></Project>'
const docker = 'FROM dotnet\nCOPY . .\n'

const bus = {
  'Bus/Bus.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
  'Bus/Message.cs': `namespace Office.Bus;
public class Message {
  public readonly Guid Id; public readonly string Kind;
  public Message() : this(Guid.NewGuid()) { }
  public Message(Guid id) { Id = id; Kind = this.GetType().Name; }
  public Message(Guid id, string kind) { Id = id; Kind = kind; }
}
public class Event : Message { public Event() { } public Event(Guid id) : base(id) { } }
`,
  'Bus/Sender.cs': `namespace Office.Bus;
public interface ISender { Task SendAsync(string kind, object message, string key); }
public sealed class Sender : ISender {
  private readonly string _exchange; private IConnection _connection; private IChannel _channel;
  public Sender(string exchange) { _exchange = exchange; Connect(); }
  public Task SendAsync(string kind, object message, string key) {
    return Task.Run(async () => {
      var properties = new BasicProperties { Headers = new Dictionary<string, object> { { "MessageType", kind } } };
      await _channel.BasicPublishAsync(_exchange, key, false, properties, Serializer.Bytes(message));
    });
  }
  private void Connect() {
    Policy.Handle<Exception>().WaitAndRetry(3, r => TimeSpan.FromSeconds(1)).Execute(async () => {
      var factory = new ConnectionFactory { HostName = "broker" };
      _connection = await factory.CreateConnectionAsync();
      _channel = await _connection.CreateChannelAsync();
      await _channel.ExchangeDeclareAsync(_exchange, "fanout", durable: true);
    });
  }
}
`,
  'Bus/Listener.cs': `namespace Office.Bus;
public interface IListenerCallback { Task<bool> HandleAsync(string kind, string body); }
public interface IListener { void Start(IListenerCallback callback); }
public class Listener : IListener {
  private readonly string _exchange; private readonly string _queue; private IConnection _connection; private IChannel _channel; private IListenerCallback _callback;
  public Listener(string exchange, string queue) { _exchange = exchange; _queue = queue; }
  public void Start(IListenerCallback callback) {
    _callback = callback;
    Policy.Handle<Exception>().Execute(async () => {
      var factory = new ConnectionFactory { HostName = "broker" };
      _connection = await factory.CreateConnectionAsync();
      _channel = await _connection.CreateChannelAsync();
      await _channel.QueueBindAsync(_queue, _exchange, "");
      var consumer = new AsyncEventingBasicConsumer(_channel);
      consumer.ReceivedAsync += Received;
      await _channel.BasicConsumeAsync(_queue, false, consumer);
    });
  }
  private async Task Received(object sender, BasicDeliverEventArgs e) { await Handle(e); }
  private Task<bool> Handle(BasicDeliverEventArgs e) {
    string kind = Encoding.UTF8.GetString((byte[])e.BasicProperties.Headers["MessageType"]);
    return _callback.HandleAsync(kind, Encoding.UTF8.GetString(e.Body.ToArray()));
  }
}
`,
}
const seating = {
  'Seating/Seating.csproj': web,
  'Seating/Dockerfile': docker,
  'Seating/Program.cs':
    'using Office.Bus;\nvar builder = WebApplication.CreateBuilder(args);\nbuilder.Services.AddTransient<ISender>(_ => new Sender("office"));\nbuilder.Build().Run();\n',
  'Seating/SeatsController.cs': `using Office.Bus;
namespace Office.Seating;
public class SeatTaken : Event { public readonly string Seat; public SeatTaken(Guid id, string seat) : base(id) { Seat = seat; } }
public class SeatsController : Controller {
  private readonly ISender _sender;
  public SeatsController(ISender sender) { _sender = sender; }
  public async Task Take(string seat) { SeatTaken e = new SeatTaken(Guid.NewGuid(), seat); await _sender.SendAsync(e.Kind, e, ""); }
}
`,
}
const listening = (name: string, body: string): Record<string, string> => ({
  [`${name}/${name}.csproj`]: web,
  [`${name}/Dockerfile`]: docker,
  [`${name}/Program.cs`]: `using Office.Bus;\nusing Office.${name};\nvar builder = Host.CreateDefaultBuilder(args);\nbuilder.Services.AddTransient<IListener>(_ => new Listener("office", "${name}"));\nbuilder.Services.AddHostedService<Worker>();\nbuilder.Build().Run();\n`,
  [`${name}/Worker.cs`]: `using Office.Bus;
namespace Office.${name};
public class SeatTaken : Event { public readonly string Seat; }
public class Worker : IHostedService, IListenerCallback {
  IListener _listener;
  public Worker(IListener listener) { _listener = listener; }
  public Task StartAsync(CancellationToken token) { _listener.Start(this); return Task.CompletedTask; }
  public async Task<bool> HandleAsync(string kind, string body) {
    ${body}
    return true;
  }
}
`,
})

describe('messages that carry the name of their class', () => {
  it('are the topics of an exchange that sends everything to everybody; who takes them all stays at the exchange', async () => {
    const files = {
      ...bus,
      ...seating,
      ...listening('Billing', 'switch (kind) { case "SeatTaken": Log.Information(body); break; case "SeatFreed": break; default: break; }'),
      ...listening('Ledger', 'await File.AppendAllTextAsync("ledger", kind + body);'),
    }
    expect(await messages(files)).toEqual([
      'consume Billing amqp SeatFreed',
      'consume Billing amqp SeatTaken',
      'consume Ledger amqp office',
      'publish Seating amqp SeatTaken',
    ])
  })

  it("are routing keys of a bus of the system's own, whose subscriptions and outbox know classes only", async () => {
    const own = {
      'Bus/Bus.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
      'Bus/Bus.cs': `namespace Office.Bus;
public record Event { public Guid Id { get; set; } }
public interface IEventBus { Task PublishAsync(Event e); }
public interface IEventHandler<in T> : IEventHandler where T : Event { Task Handle(T e); }
public interface IEventHandler { Task Handle(Event e); }
public class Subscriptions { public Dictionary<string, Type> Kinds { get; } = []; }
public interface IBusBuilder { IServiceCollection Services { get; } }
public static class BusExtensions {
  public static IBusBuilder AddBus(this IHostApplicationBuilder builder, string name) {
    builder.Services.AddSingleton<IEventBus, RabbitBus>();
    return new BusBuilder(builder.Services);
  }
  public static IBusBuilder AddSubscription<T, TH>(this IBusBuilder bus) where T : Event where TH : class, IEventHandler<T> {
    bus.Services.AddKeyedTransient<IEventHandler, TH>(typeof(T));
    bus.Services.Configure<Subscriptions>(o => { o.Kinds[typeof(T).Name] = typeof(T); });
    return bus;
  }
  private class BusBuilder(IServiceCollection services) : IBusBuilder { public IServiceCollection Services => services; }
}
public sealed class RabbitBus(ILogger<RabbitBus> logger, IServiceProvider provider, IOptions<Subscriptions> options) : IEventBus, IHostedService {
  private const string Exchange = "office_bus";
  private readonly Subscriptions _subscriptions = options.Value;
  private readonly string _queue = "q";
  private IConnection _connection; private IModel _channel;
  public Task PublishAsync(Event e) {
    var key = e.GetType().Name;
    using var channel = _connection?.CreateModel() ?? throw new InvalidOperationException("closed");
    channel.ExchangeDeclare(exchange: Exchange, type: "direct");
    channel.BasicPublish(exchange: Exchange, routingKey: key, mandatory: true, basicProperties: channel.CreateBasicProperties(), body: Bytes(e));
    return Task.CompletedTask;
  }
  public Task StartAsync(CancellationToken token) {
    _ = Task.Factory.StartNew(() => {
      _connection = provider.GetRequiredService<IConnection>();
      _channel = _connection.CreateModel();
      _channel.BasicConsume(queue: _queue, autoAck: false, consumer: new EventingBasicConsumer(_channel));
      foreach (var (kind, _) in _subscriptions.Kinds) { _channel.QueueBind(queue: _queue, exchange: Exchange, routingKey: kind); }
    });
    return Task.CompletedTask;
  }
}
public class OutboxRow {
  private OutboxRow() { }
  public OutboxRow(Event e) { Kind = e.GetType().FullName; Content = JsonSerializer.Serialize(e, e.GetType()); }
  public string Kind { get; private set; }
  [NotMapped] public Event Event { get; private set; }
  public string Content { get; private set; }
  public OutboxRow Read(Type type) { Event = JsonSerializer.Deserialize(Content, type) as Event; return this; }
}
public class Outbox {
  private readonly IEventBus _bus; private readonly OfficeContext _context;
  public Outbox(IEventBus bus, OfficeContext context) { _bus = bus; _context = context; }
  public Task Save(Event e) { _context.Set<OutboxRow>().Add(new OutboxRow(e)); return _context.SaveChangesAsync(); }
  public async Task Drain() {
    var rows = await _context.Set<OutboxRow>().Where(r => r.Sent == false).ToListAsync();
    foreach (var row in rows.Select(r => r.Read(null))) await _bus.PublishAsync(row.Event);
  }
}
`,
      'Sales/Sales.csproj': web,
      'Sales/Dockerfile': docker,
      'Sales/Program.cs': `using Office.Bus;
var builder = WebApplication.CreateBuilder(args);
builder.AddBus("bus").AddSubscription<SeatFreed, SeatFreedHandler>();
builder.Services.AddTransient<Outbox>();
builder.Build().Run();
`,
      'Sales/Events.cs': `using Office.Bus;
public record TicketSold(string Seat) : Event;
public record TicketReturned(string Seat) : Event;
public record SeatFreed(string Seat) : Event;
public record NeverMade(string Seat) : Event;
public class SeatFreedHandler(Outbox outbox) : IEventHandler<SeatFreed> {
  public Task Handle(SeatFreed e) { return outbox.Save(new TicketReturned(e.Seat)); }
}
public class SalesController(Outbox outbox) : Controller {
  public async Task Sell(string seat) { var sold = new TicketSold(seat); await outbox.Save(sold); await outbox.Drain(); }
}
`,
      'Mails/Mails.csproj': web,
      'Mails/Dockerfile': docker,
      'Mails/Program.cs': `using Office.Bus;
var builder = WebApplication.CreateBuilder(args);
builder.AddBus("bus").AddSubscription<TicketSold, TicketSoldHandler>();
builder.Build().Run();
public record TicketSold(string Seat) : Event;
public class TicketSoldHandler : IEventHandler<TicketSold> { public Task Handle(TicketSold e) => Task.CompletedTask; }
`,
    }
    expect(await messages(own)).toEqual([
      'consume Mails amqp office_bus/TicketSold',
      'consume Sales amqp office_bus/SeatFreed',
      'publish Sales amqp office_bus/TicketReturned',
      'publish Sales amqp office_bus/TicketSold',
    ])
  })

  it("are what a bus library names its topics by: classes that are published, and arguments of the handlers' interface", async () => {
    const shop = (transport: string) => ({
      'Sales/Sales.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
      'Sales/Dockerfile': docker,
      'Sales/Program.cs': `using MassTransit;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMediatR(c => c.RegisterServicesFromAssembly(typeof(Program).Assembly));
builder.Services.AddMassTransit(x => { x.AddConsumers(typeof(Program).Assembly); x.${transport}((context, cfg) => { cfg.ConfigureEndpoints(context); }); });
builder.Build().Run();
public record TicketSold(string Seat);
public record SeatFreed(string Seat);
public record SellTicket(string Seat) : IRequest;
public class SeatFreedConsumer(IMediator mediator) : IConsumer<SeatFreed> {
  public async Task Consume(ConsumeContext<SeatFreed> context) { await mediator.Send(new SellTicket(context.Message.Seat)); }
}
public class SellTicketHandler(IPublishEndpoint endpoint) : IRequestHandler<SellTicket> {
  public async Task Handle(SellTicket command, CancellationToken token) { await endpoint.Publish(new TicketSold(command.Seat), token); }
}
`,
    })
    expect(await messages(shop('UsingRabbitMq'))).toEqual(['consume Sales amqp SeatFreed', 'publish Sales amqp TicketSold'])
    expect(await messages(shop('UsingInMemory'))).toEqual([])
  })
})
