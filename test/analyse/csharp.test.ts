import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const project = {
  'Seating/Seating.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
  'Seating/Dockerfile': 'FROM dotnet\nCOPY . .\n',
}
const program = (body: string): string => `var builder = WebApplication.CreateBuilder(args);\n${body}\nbuilder.Build().Run();\n`
const repository = (namespace: string): string => `namespace ${namespace};
public class SeatRepository : ISeats {
  private readonly string _text;
  public SeatRepository(string text) { _text = text; }
  public void Save() { using (var c = new SqlConnection(_text)) { } }
}
`

const effects = async (files: Record<string, string>): Promise<string[]> =>
  (await analysed({ ...project, ...files })).effects
    .filter(e => /^(call|store|publish|consume)$/.test(e.does))
    .map(e => `${e.does} ${e.protocol} ${showValue(e.target)}${e.operation ? ` ${showValue(e.operation)}` : ''}`)

describe('C# programs', () => {
  it('read sections, section by section, and by methods with a type', async () => {
    const read = async (expression: string): Promise<string[]> =>
      effects({ 'Seating/Program.cs': program(`var c = new HttpClient();\nc.BaseAddress = new Uri($"http://{${expression}}/api");`) })
    const wanted = ['call http http://{Prices:Host} * /api']
    expect(await read('builder.Configuration["Prices:Host"]')).toEqual(wanted)
    expect(await read('builder.Configuration.GetSection("Prices")["Host"]')).toEqual(wanted)
    expect(await read('builder.Configuration.GetSection("Prices").GetValue<string>("Host")')).toEqual(wanted)
    expect(await read('builder.Configuration.GetSection("Prices").Get<Prices>().Host')).toEqual(['call http http://{Prices.Host} * /api'])
  })

  it('see what a file of their project uses everywhere', async () => {
    const made = program(
      'builder.Services.AddTransient<ISeats>(_ => new SeatRepository(builder.Configuration.GetConnectionString("Seats")));',
    )
    const files = { 'Seating/Program.cs': made, 'Seating/Data/SeatRepository.cs': repository('Office.Data') }
    expect(await effects({ ...files, 'Seating/Usings.cs': 'global using Office.Data;\n' })).toEqual(['store sql {ConnectionStrings:Seats}'])
    expect(await effects({ ...files, 'Other/Usings.cs': 'global using Office.Data;\n' })).not.toContain(
      'store sql {ConnectionStrings:Seats}',
    )
  })

  it('reach static methods by their own names, not by the name of their class', async () => {
    const wiring = `namespace Office.Wiring;
public static class Configuration {
  public static void UseSeats(this IServiceCollection services, IConfiguration c) { services.AddTransient<ISeats>(_ => new SqlConnection(c["Seats"])); }
  public static void UseBills(this IServiceCollection services, IConfiguration c) { services.AddTransient<IBills>(_ => new SqlConnection(c["Bills"])); }
}
`
    const files = {
      'Wiring/Wiring.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
      'Wiring/Configuration.cs': wiring,
      'Seating/Seating.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="../Wiring/Wiring.csproj" /></ItemGroup></Project>',
      'Seating/Program.cs': `using Office.Wiring;\n${program('builder.Services.UseSeats(builder.Configuration);')}`,
    }
    expect(await effects(files)).toEqual(['store sql {Seats}'])
  })

  it('a constructor that hands on to another of as many parameters does not end in itself', async () => {
    const seats = `namespace Office;
public class Inbox {
  private readonly List<string> _hosts; private readonly string _exchange; private IChannel _channel;
  public Inbox(string host, string exchange) : this([host], exchange) { }
  public Inbox(IEnumerable<string> hosts, string exchange) { _hosts = [.. hosts]; _exchange = exchange; }
  public void Start() { _channel.QueueBindAsync("inbox", _exchange, ""); _channel.BasicConsumeAsync("inbox", false, null); }
}
`
    const started = `using Office;\n${program('new Inbox("broker", "sold-seats").Start();')}`
    expect(await effects({ 'Seating/Program.cs': started, 'Seating/Inbox.cs': seats })).toEqual(['consume amqp ?(no address) sold-seats'])
  })
})
