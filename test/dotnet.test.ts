import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { SystemModel } from '../src/model/system.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

type Files = Record<string, string>

const mapOf = async (files: Files): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files, { repo: 'office' }), { workers: 0 }))], { links: {}, external: {}, publicContracts: [] })

const edges = (model: SystemModel): string[] =>
  [...new Set(model.interactions.map(i => `${i.from} -> ${i.to} ${i.protocol}${i.role ? ` ${i.role}` : ''}`))].sort()

const project = (...packages: string[]): string =>
  `<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="../Common/Common.csproj" />${packages.map(p => `<PackageReference Include="${p}" />`).join('')}</ItemGroup></Project>`

const service = (name: string, body: string, settings: unknown = {}, ...packages: string[]): Files => ({
  [`${name}/${name}.csproj`]: project(...packages),
  [`${name}/Dockerfile`]: 'FROM dotnet\nCOPY . .\n',
  [`${name}/appsettings.json`]: JSON.stringify(settings),
  [`${name}/Program.cs`]: `using Office.Common;\nvar builder = WebApplication.CreateBuilder(args);\n${body}\n`,
})

const compose = (...names: string[]): Files => ({
  'compose.yml': `services:\n${names.map(n => `  ${n.toLowerCase()}:\n    build: ./${n}\n`).join('')}  pg:\n    image: postgres\n  docs:\n    image: mongo\n`,
})

const common: Files = {
  'Common/Common.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
  'Common/Options.cs': `namespace Office.Common;
public class StoreOptions { public string ConnectionString { get; set; } }
public static class OptionsExtensions {
  public static T Read<T>(this IConfiguration configuration, string section) where T : new() {
    var model = new T();
    configuration.GetSection(section).Bind(model);
    return model;
  }
  public static T Read<T>(this IServiceCollection services, string section) where T : new() {
    var model = new T();
    var configuration = services.BuildServiceProvider().GetService<IConfiguration>();
    configuration?.GetSection(section).Bind(model);
    return model;
  }
  public static void AddChecked<T>(this IServiceCollection services) where T : class, new() {
    services.AddOptions<T>().BindConfiguration(typeof(T).Name).ValidateDataAnnotations();
  }
}
`,
  'Common/Documents/Documents.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
  'Common/Documents/Documents.cs': `namespace Office.Common;
public class DocumentOptions { public string Address { get; set; } }
public class Documents { public Documents(IOptions<DocumentOptions> options) { var client = new MongoClient(options.Value.Address); } }
`,
}

describe('.NET systems', () => {
  it('read classes of settings, in whatever way they are filled; clients that a container hands over call where it says', async () => {
    const files: Files = {
      ...common,
      ...compose('Seating', 'Billing'),
      ...service(
        'Billing',
        'builder.Services.AddGrpc();\nvar app = builder.Build();\napp.MapGrpcService<BillingService>();\napp.Run();\npublic class BillingService : Ledger.LedgerBase { public override Task<Entry> Post(Entry e, ServerCallContext c) => Task.FromResult(e); }',
      ),
      ...service(
        'Seating',
        `builder.Services.AddChecked<StoreOptions>();
builder.Services.AddDbContext<SeatsContext>((sp, o) => o.UseNpgsql(sp.GetRequiredService<StoreOptions>().ConnectionString));
builder.Services.Configure<DocumentOptions>(builder.Configuration.GetSection("Docs"));
builder.Services.AddSingleton<Documents>();
var remote = builder.Services.Read<RemoteOptions>("Remote");
builder.Services.AddGrpcClient<Ledger.LedgerClient>(o => { o.Address = new Uri(remote.Ledger); });
builder.Build().Run();
public class RemoteOptions { public string Ledger { get; set; } }
public class SeatsController(Ledger.LedgerClient ledger) : Controller { public async Task Take() { await ledger.PostAsync(new Entry()); } }`,
        {
          StoreOptions: { ConnectionString: 'Host=pg;Database=seats' },
          Docs: { Address: 'mongodb://docs:27017' },
          Remote: { Ledger: 'http://billing:80' },
        },
      ),
    }
    expect(edges(await mapOf(files))).toEqual(['seating -> billing grpc', 'seating -> docs mongodb', 'seating -> pg sql'])
  })

  it('forward what the settings of their gateways say, in the section that the program loads', async () => {
    const backends = { ...service('Seating', 'var app = builder.Build();\napp.MapGet("/", () => "x");\napp.Run();'), ...common }
    const yarp = {
      Proxy: {
        Routes: { seats: { ClusterId: 'seats', Match: { Path: 'seats/{**rest}' } } },
        Clusters: { seats: { Destinations: { one: { Address: 'http://seating:80' } } } },
      },
    }
    const gate = service(
      'Gate',
      'builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("Proxy"));\nvar app = builder.Build();\napp.MapReverseProxy();\napp.Run();',
      yarp,
      'Yarp.ReverseProxy',
    )
    expect(edges(await mapOf({ ...backends, ...gate, ...compose('Seating', 'Gate') }))).toEqual(['gate -> seating http'])
    const without = service('Gate', 'builder.Build().Run();', yarp)
    expect(edges(await mapOf({ ...backends, ...without, ...compose('Seating', 'Gate') }))).toEqual([])
    const ocelot = {
      ...service('Gate', 'builder.Services.AddOcelot();\nbuilder.Build().Run();', {}, 'Ocelot'),
      'Gate/ocelot.json': JSON.stringify({
        Routes: [{ DownstreamPathTemplate: '/x', DownstreamHostAndPorts: [{ Host: 'seating', Port: 80 }] }],
      }),
    }
    expect(edges(await mapOf({ ...backends, ...ocelot, ...compose('Seating', 'Gate') }))).toEqual(['gate -> seating http'])
  })

  it('publish what their outbox keeps: of the classes whose names it notes, not commands to themselves', async () => {
    const files: Files = {
      ...compose('Sales'),
      ...common,
      ...service(
        'Sales',
        `builder.Services.AddMassTransit(x => x.UsingRabbitMq((context, c) => c.ConfigureEndpoints(context)));
builder.Build().Run();
public interface IEvent { }
public interface IOuter : IEvent { }
public interface ICommand : ICommand<Unit> { }
public interface ICommand<out T> : IRequest<T> { }
public record TicketSold(string Seat) : IOuter;
public record SeatTaken(string Seat) : IEvent;
public record CountTickets(string Seat) : ICommand, IEvent;
public class Kept {
  public Kept(string kind, string data) { Kind = kind; Data = data; }
  public string Kind { get; private set; }
  public string Data { get; private set; }
}
public class Outbox(IPublishEndpoint endpoint, SalesContext context) {
  public async Task Keep(object message) { await context.Kept.AddAsync(new Kept(message.GetType().ToString(), JsonSerializer.Serialize(message))); }
  public async Task Drain() {
    var kept = await context.Kept.FirstOrDefaultAsync(k => k.Kind != null);
    var data = JsonSerializer.Deserialize(kept.Data, Types.Of(kept.Kind));
    if (data is not IEvent) return;
    await endpoint.Publish(data);
  }
}
public class SalesController(Outbox outbox) : Controller {
  public async Task Sell(string seat) { var taken = new SeatTaken(seat); Log(taken); await outbox.Keep(new TicketSold(seat)); await outbox.Keep(new CountTickets(seat)); }
}`,
      ),
    }
    expect(edges(await mapOf(files))).toEqual(['sales -> topic:TicketSold amqp produce'])
  })

  it('are deployed by a program, where nothing else deploys them: its resources, references and routes', async () => {
    const app = (name: string, body: string): Files => ({
      [`src/${name}/${name}.csproj`]: '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
      [`src/${name}/Program.cs`]: `var builder = WebApplication.CreateBuilder(args);\n${body}\nvar app = builder.Build();\napp.MapGet("/seats", () => "x");\napp.Run();\n`,
    })
    const files: Files = {
      ...app('Seating.Api', 'builder.AddNpgsqlDbContext<SeatsContext>("seatsdb");\nbuilder.AddRedisClient("cache");'),
      ...app(
        'Web.App',
        'builder.Services.AddHttpClient<SeatsClient>(o => o.BaseAddress = new("https+http://seating-api"));\nbuilder.Services.AddHttpClient<LedgerClient>(o => o.BaseAddress = new Uri(builder.Configuration["Ledger:Url"]));',
      ),
      ...app('Ledger', ''),
      'src/Host/Host.csproj': '<Project Sdk="Microsoft.NET.Sdk"><Sdk Name="Aspire.AppHost.Sdk" Version="9.0.0" /></Project>',
      'src/Host/Program.cs': `var builder = DistributedApplication.CreateBuilder(args);
var cache = builder.AddRedis("cache").WithLifetime(ContainerLifetime.Persistent);
var postgres = builder.AddPostgres("postgres").WithImage("x/y").WithEndpoint("tcp", e => { e.Port = 5432; });
var seatsDb = postgres.AddDatabase("seatsdb");
var seating = builder.AddProject<Projects.Seating_Api>("seating-api").WithReference(cache).WaitFor(cache).WithReference(seatsDb).WaitFor(seatsDb);
var ledger = builder.AddProject<Projects.Ledger>("ledger");
var endpoint = ledger.GetEndpoint("http");
builder.AddProject<Projects.Web_App>("web").WithReference(seating).WithEnvironment("Ledger__Url", endpoint);
builder.AddYarp("gate").ConfigureRoutes(seating, ledger);
builder.Build().Run();
`,
      'src/Host/Routes.cs': `internal static class Routes {
  public static IResourceBuilder<YarpResource> ConfigureRoutes(this IResourceBuilder<YarpResource> builder, IResourceBuilder<ProjectResource> seating, IResourceBuilder<ProjectResource> ledger) {
    return builder.WithConfiguration(yarp => { var seats = yarp.AddCluster(seating); yarp.AddRoute("/seats/{*any}", seats); yarp.AddRoute("/ledger/{*any}", yarp.AddCluster(ledger)); });
  }
}
`,
    }
    const model = await mapOf(files)
    expect(edges(model)).toEqual([
      'gate -> ledger http',
      'gate -> seating-api http',
      'seating-api -> cache redis',
      'seating-api -> postgres sql',
      'web -> ledger http',
      'web -> seating-api http',
    ])
    expect(model.services.map(s => s.id)).toEqual(['gate', 'ledger', 'seating-api', 'web'])
    const composed = await mapOf({ ...files, 'compose.yml': 'services:\n  ledger:\n    build: ./src/Ledger\n' })
    expect(composed.services.map(s => s.id)).not.toContain('gate')
  })
})
