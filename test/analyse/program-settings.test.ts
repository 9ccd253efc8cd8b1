// biome-ignore-all lint/suspicious/noTemplateCurlyInString: values are shown with their holes
import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const told = async (files: Record<string, string>, does: string): Promise<string[]> =>
  (await analysed(files)).effects
    .filter(e => does.split(' ').includes(e.does))
    .map(e => `${e.does} ${e.protocol} ${showValue(e.target)} ${e.operation ? showValue(e.operation) : ''}`.trim())
    .sort()

const node = (files: Record<string, string>): Record<string, string> => ({
  'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["node", "dist/main.js"]\n',
  'office/package.json': '{"name": "office"}',
  ...files,
})

const nest = (config: string, module: string): Record<string, string> =>
  node({
    'office/src/main.ts':
      "import { NestFactory } from '@nestjs/core'\nimport { OfficeModule } from './office.module'\nasync function start() { await (await NestFactory.create(OfficeModule)).listen(80) }\nstart()\n",
    'office/src/config.ts': config,
    'office/src/office.module.ts': `import { Module, Inject, Injectable } from '@nestjs/common'\nimport { ConfigModule, ConfigService, ConfigType } from '@nestjs/config'\nimport axios from 'axios'\nimport config from './config'\n${module}\n@Module({ imports: [ConfigModule.forRoot({ load: [config] })], providers: [Office] })\nexport class OfficeModule {}\n`,
  })

describe('settings that the code makes', () => {
  it('are looked up by path in what was loaded', async () => {
    const files = nest(
      "export default () => ({ services: { pricing: process.env.PRICING_URL || 'http://pricing' }, unused: { pricing: process.env.OTHER_URL } })\n",
      "@Injectable()\nexport class Office { constructor(private readonly config: ConfigService) {}\n  quote() { return axios.get(`${this.config.get<string>('services.pricing')}/quote`) } }",
    )
    expect(await told(files, 'call')).toEqual(['call http ${PRICING_URL}|http://pricing GET /quote'])
  })

  it('are handed on under a name of their own', async () => {
    const files = nest(
      "import { registerAs } from '@nestjs/config'\nexport default registerAs('pricing', () => ({ url: process.env.PRICING_URL }))\n",
      "@Injectable()\nexport class Office { constructor(@Inject(config.KEY) private readonly pricing: ConfigType<typeof config>, private readonly all: ConfigService) {}\n  quote() { return axios.get(`${this.pricing.url}/quote`) }\n  again() { return axios.post(`${this.all.get('pricing.url')}/again`) } }",
    )
    expect(await told(files, 'call')).toEqual(['call http ${PRICING_URL} GET /quote', 'call http ${PRICING_URL} POST /again'])
  })

  it('of files that return them: Laravel, where a hole in the path is any of its members', async () => {
    const files = {
      'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["php-fpm"]\n',
      'office/composer.json': '{"name": "tickets/office"}',
      'office/config/services.php':
        "<?php\nreturn ['pricing' => ['url' => env('PRICING_URL', 'http://pricing')], 'all' => ['seats' => 'http://seats', 'holds' => 'http://holds']];\n",
      'office/app/Office.php':
        "<?php\nnamespace App;\nuse Illuminate\\Support\\Facades\\Http;\nclass Office {\n  public function quote() { return Http::get(config('services.pricing.url') . '/quote'); }\n  public function any(string $name) { return Http::baseUrl(config(\"services.all.{$name}\"))->post('/any'); }\n}\n",
    }
    expect(await told(files, 'call')).toEqual([
      'call http ${PRICING_URL}|http://pricing GET /quote',
      'call http http://holds|http://seats POST /any',
    ])
  })
})

describe('settings by the ways of libraries', () => {
  const image = 'FROM base\nCOPY . .\nCMD ["run"]\n'

  it('of validated environments: Zod, envalid, with their defaults', async () => {
    const files = node({
      'office/src/env.ts':
        "import { z } from 'zod'\nimport { cleanEnv, url } from 'envalid'\nconst schema = z.object({ PRICING_URL: z.string().url().default('http://pricing') })\nexport const env = schema.parse(process.env)\nexport const safe = schema.safeParse(process.env).data\nexport const clean = cleanEnv(process.env, { SEATS_URL: url({ default: 'http://seats' }) })\n",
      'office/src/main.ts':
        "import { clean, env, safe } from './env'\nfetch(env.PRICING_URL + '/one')\nfetch(safe.PRICING_URL + '/two')\nfetch(clean.SEATS_URL + '/three')\n",
    })
    expect(await told(files, 'call')).toEqual([
      'call http ${PRICING_URL}|http://pricing GET /one',
      'call http ${PRICING_URL}|http://pricing GET /two',
      'call http ${SEATS_URL}|http://seats GET /three',
    ])
  })

  it('of a module of settings, where the framework loads code by name: Django; of a class: Flask', async () => {
    const django = {
      'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["gunicorn", "office.wsgi"]\n',
      'office/office/wsgi.py': 'from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n',
      'office/office/settings.py': "import os\nPRICING_URL = os.environ.get('PRICING_URL', 'http://pricing')\n",
      'office/office/dev/settings.py': "PRICING_URL = 'http://dev'\n",
      'office/seats/views.py':
        "import requests\nfrom django.conf import settings\ndef quote(request):\n    return requests.get(settings.PRICING_URL + '/quote')\n",
    }
    expect(await told(django, 'call')).toEqual(['call http ${PRICING_URL}|http://pricing GET /quote'])
    const flask = {
      'office/Dockerfile': 'FROM base\nCOPY . .\nCMD ["python", "main.py"]\n',
      'office/main.py':
        "import requests\nfrom flask import Flask, current_app\nfrom conf import Config\napp = Flask(__name__)\napp.config.from_object(Config)\napp.config['SEATS'] = 'http://seats'\ndef quote():\n    requests.get(current_app.config['PRICING'] + '/quote')\n    requests.get(app.config.get('SEATS') + '/seats')\n",
      'office/conf.py': "import os\nclass Config:\n    PRICING = os.getenv('PRICING_URL')\n",
    }
    expect(await told(flask, 'call')).toEqual(['call http ${PRICING_URL} GET /quote', 'call http http://seats GET /seats'])
  })

  it('of Rails: its configuration object, what HTTParty mixes in, and the database of its models', async () => {
    const files = {
      'office/Dockerfile': image,
      'office/Gemfile': "gem 'rails'\n",
      'office/config/application.rb':
        "module Office\n  class Application < Rails::Application\n    config.x.pricing_url = ENV.fetch('PRICING_URL', 'http://pricing')\n  end\nend\n",
      'office/app/models/seat.rb': 'class Seat < ApplicationRecord\nend\nclass ApplicationRecord < ActiveRecord::Base\nend\n',
      'office/app/clients.rb':
        "class Pricing\n  def quote\n    Faraday.get(\"#{Rails.application.config.x.pricing_url}/quote\")\n  end\nend\nclass Seats\n  include HTTParty\n  base_uri ENV.fetch('SEATS_URL')\n  def self.all\n    get('/seats')\n  end\n  def hold(id)\n    self.class.post('/holds')\n  end\nend\n",
    }
    expect(await told(files, 'call')).toEqual([
      'call http ${PRICING_URL}|http://pricing GET /quote',
      'call http ${SEATS_URL} GET /seats',
      'call http ${SEATS_URL} POST /holds',
    ])
    expect((await told(files, 'store'))[0]).toMatch(/^store sql \$\{DATABASE_URL\}\|/)
  })

  it('of a container that fills parameters: Symfony', async () => {
    const files = {
      'office/Dockerfile': image,
      'office/src/Office.php':
        "<?php\nnamespace App;\nuse Symfony\\Contracts\\HttpClient\\HttpClientInterface;\nuse Symfony\\Component\\DependencyInjection\\Attribute\\Autowire;\nclass Office {\n  public function __construct(private HttpClientInterface $client, #[Autowire(env: 'PRICING_URL')] private string $pricing, #[Autowire('%env(SEATS_URL)%')] private string $seats, private string $holds) {}\n  public function a() { $this->client->request('GET', $this->pricing . '/quote'); }\n  public function b() { $this->client->request('GET', $this->seats . '/seats'); }\n  public function c() { $this->client->request('GET', $this->holds . '/holds'); }\n}\n",
    }
    const all = await told(files, 'call')
    expect(all.filter(c => c.startsWith('call http ${P') || c.startsWith('call http ${S'))).toEqual([
      'call http ${PRICING_URL} GET /quote',
      'call http ${SEATS_URL} GET /seats',
    ])
    expect(all.filter(c => c.includes('/holds'))).toEqual([expect.stringContaining('services.App\\Office.arguments.$holds')])
  })

  it('of structs that a library fills: Rust', async () => {
    const files = {
      'office/Dockerfile': image,
      'office/Cargo.toml': '[package]\nname = "office"\n',
      'office/src/main.rs':
        'use config::{Config, File};\n#[derive(Deserialize)] struct Pricing { url: String }\n#[derive(Deserialize)] struct Settings { pricing: Pricing }\n#[derive(Deserialize)] struct Env { seats_url: String }\n#[derive(clap::Parser)] struct Args { #[arg(long, env = "HOLDS_URL")] holds: String }\nfn load() -> Result<Settings, config::ConfigError> { Config::builder().add_source(File::with_name("config/default")).build()?.try_deserialize() }\nasync fn run() {\n  let s = load().unwrap();\n  reqwest::get(format!("{}/quote", s.pricing.url)).await;\n  let e = envy::from_env::<Env>().unwrap();\n  reqwest::get(format!("{}/seats", e.seats_url)).await;\n  let a = Args::parse();\n  reqwest::get(format!("{}/holds", a.holds)).await;\n}\nfn main() {}\n',
    }
    expect(await told(files, 'call')).toEqual([
      'call http ${HOLDS_URL} GET /holds',
      'call http ${SEATS_URL} GET /seats',
      'call http {pricing.url} GET /quote',
    ])
  })

  it('a path alone is no address on a server', async () => {
    const files = {
      'office/Dockerfile': image,
      'office/main.py': "import requests\nrequests.get('/quote')\n",
    }
    expect(await told(files, 'call')).toEqual(['call http ?(a path without an address) GET /quote'])
  })
})

describe('clients', () => {
  it('that a generator wrote call what they are called for, through setters and barrels of barrels', async () => {
    const files = node({
      'office/src/main.ts':
        "import { PricingApi } from './client'\nconst api = new PricingApi(process.env.PRICING_URL)\nexport const quote = () => api.quote()\n",
      'office/src/client/index.ts': "export * from './apis'\n",
      'office/src/client/apis.ts': "export * from './pricing'\nexport * from './unused'\n",
      'office/src/client/pricing.ts':
        "/**\n * NOTE: This class is auto generated by OpenAPI Generator (https://openapi-generator.tech).\n */\nimport axios from 'axios'\nexport class PricingApi {\n  protected _base = 'http://localhost:8080'\n  constructor(base?: string) { if (base) { this.base = base } }\n  set base(base: string) { this._base = base }\n  get base() { return this._base }\n  quote() { return axios.get(this.base + '/quote') }\n  never() { return axios.get(this.base + '/never') }\n}\n",
      'office/src/client/unused.ts':
        "/**\n * NOTE: This class is auto generated by OpenAPI Generator (https://openapi-generator.tech).\n */\nimport axios from 'axios'\nexport class UnusedApi { list() { return axios.get('http://unused/list') } }\n",
    })
    expect(await told(files, 'call')).toEqual(['call http ${PRICING_URL} GET /quote'])
  })
})
