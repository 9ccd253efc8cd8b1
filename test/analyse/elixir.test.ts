import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const told = async (files: Record<string, string>, does: string): Promise<string[]> =>
  (await analysed(files)).effects
    .filter(e => does.split(' ').includes(e.does))
    .map(e => `${e.does} ${e.protocol} ${showValue(e.target)} ${e.operation ? showValue(e.operation) : ''}`.trim())
    .sort()

const office = {
  'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["bin/office", "start"]\n',
  'office/mix.exs': 'defmodule Office.MixProject do\n  def project do\n    [app: :office]\n  end\nend\n',
  'office/config/dev.exs': 'import Config\nconfig :office, pricing_url: "http://dev"\n',
  'office/config/config.exs': 'import Config\nconfig :office, pricing_url: "http://default", paths: %{quote: "/v1/quote"}\n',
  'office/config/runtime.exs':
    'import Config\nconfig :office, pricing_url: System.get_env("PRICING_URL", "http://pricing")\nconfig :office, Office.Repo, url: System.fetch_env!("DATABASE_URL")\n',
  'office/lib/repo.ex': 'defmodule Office.Repo do\n  use Ecto.Repo, otp_app: :office\nend\n',
  'office/lib/pricing.ex':
    'defmodule Office.Clients.Pricing do\n  defp base, do: Application.get_env(:office, :pricing_url)\n  defp paths, do: Application.get_env(:office, :paths)\n  def quote(seat), do: post(base(), paths().quote, seat)\n  defp post(base, path, body) do\n    Req.new(base_url: base)\n    |> Req.post(url: path, body: body)\n  end\nend\n',
  'office/lib/router.ex':
    'defmodule Office.Router do\n  use Phoenix.Router\n  alias Office.Clients.Pricing\n  post "/seats/:id", SeatController, :hold\n  def run(seat), do: Pricing.quote(seat)\nend\n',
}

describe('Elixir', () => {
  it('calls what configuration files name, through pipes; development never wins', async () => {
    expect(await told(office, 'call')).toEqual(['call http ${PRICING_URL}|http://pricing POST /v1/quote'])
  })

  it('stores where the configuration of the repository says, and serves the routes of a router', async () => {
    expect(await told(office, 'store serve')).toEqual(['serve http <this host> POST /seats/{}', 'store sql ${DATABASE_URL}'])
  })

  it('calls and serves rpcs of generated modules, and follows messages to its servers', async () => {
    const files = {
      'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["bin/office", "start"]\n',
      'office/mix.exs': 'defmodule Office.MixProject do\n  def project do\n    [app: :office]\n  end\nend\n',
      'office/priv/pricing.proto':
        'syntax = "proto3";\npackage pricing;\nservice PricingService { rpc QuoteSeat (Seat) returns (Price); }\nmessage Seat { string id = 1; }\nmessage Price { int64 cents = 1; }\n',
      'office/lib/pricing.pb.ex':
        'defmodule Pricing.PricingService.Stub do\n  use GRPC.Stub, service: Pricing.PricingService.Service\nend\n',
      'office/lib/client.ex':
        'defmodule Office.Client do\n  def connect do\n    case GRPC.Stub.connect("#{System.get_env("PRICING_HOST", "pricing")}:50051") do\n      {:ok, channel} -> {:ok, channel}\n      {:error, _} -> {:error, :no_connection}\n    end\n  end\n  def quote(seat) do\n    with {:ok, channel} <- connect() do\n      Pricing.PricingService.Stub.quote_seat(channel, seat)\n    end\n  end\nend\n',
      'office/lib/server.ex':
        'defmodule Office.Server do\n  use GRPC.Server, service: Pricing.PricingService.Service\n  def quote_seat(seat, _stream), do: seat\nend\n',
      'office/lib/publisher.ex':
        'defmodule Office.Publisher do\n  use GenServer\n  def sold(seat), do: GenServer.cast(__MODULE__, {:publish, "seat.sold", seat})\n  def handle_cast({:publish, key, body}, state) do\n    AMQP.Basic.publish(state.channel, "events", key, body)\n    {:noreply, state}\n  end\nend\n',
      'office/lib/tesla.ex':
        'defmodule Office.Ledger do\n  use Tesla\n  plug Tesla.Middleware.BaseUrl, System.get_env("LEDGER_URL")\n  def entries(id), do: get("/entries/" <> id)\nend\n',
    }
    expect(await told(files, 'call serve publish')).toEqual([
      'call grpc ${PRICING_HOST}|pricing:50051 PricingService/QuoteSeat',
      'call http ${LEDGER_URL} GET /entries/{}',
      'publish amqp ?(no address) events/seat.sold',
      'serve grpc PricingService PricingService/QuoteSeat',
    ])
  })
})
