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
})
