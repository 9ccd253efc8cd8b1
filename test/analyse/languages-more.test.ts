import { describe, expect, it } from 'vitest'
import { analysed, calls, served } from './system.ts'

const stores = async (files: Record<string, string>): Promise<string[]> => {
  const { effects } = await analysed(files)
  return effects.filter(e => /^(store|publish|consume)$/.test(e.does)).map(e => `${e.does} ${e.protocol} ${JSON.stringify(e.target)}`)
}

describe('PHP', () => {
  const files = {
    'desk/Dockerfile': 'FROM php:8\nCOPY . /var/www\n',
    'desk/composer.json': '{"name": "ticketoffice/desk", "require": {"slim/slim": "^4"}}',
    'desk/src/Kernel.php': `<?php
namespace TicketOffice\\Desk;
use Symfony\\Component\\DependencyInjection\\ContainerBuilder;
use TicketOffice\\Desk\\Service\\Seating;
class Kernel {
  protected function configureContainer(ContainerBuilder $c): void {
    $c->setParameter('seating.url', getenv('SEATING_URL') ?: 'http://seating:8080');
    $c->setParameter('dsn', $_ENV['DSN'] ?? 'mysql:host=ledger-db;dbname=ledger');
    $c->register(Seating::class)->addArgument($c->getParameter('seating.url'))->addArgument($c->getParameter('dsn'))->setAutowired(true);
  }
}
`,
    'desk/src/Service/Seating.php': `<?php
namespace TicketOffice\\Desk\\Service;
use GuzzleHttp\\Client;
use PDO;
class Seating {
  private $url;
  public function __construct(string $url, private readonly string $dsn) { $this->url = $url; }
  public function hold(string $row) {
    $curl = curl_init();
    curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
    curl_setopt($curl, CURLOPT_URL, sprintf('%s/holds/%s', $this->url, $row));
    file_get_contents('/etc/hosts');
    return curl_exec($curl);
  }
  public function price(): float {
    $http = new Client(['base_uri' => "http://pricing:9090"]);
    return $http->request('POST', '/quotes', ['json' => ['row' => 1]]);
  }
  public function store(): PDO { return new PDO($this->dsn, 'u', 'p'); }
}
`,
    'desk/src/Controller/HallController.php': `<?php
namespace TicketOffice\\Desk\\Controller;
#[Route('/halls')]
class HallController {
  #[Route('/{id}', methods: ['GET'])]
  public function show(string $id) {}
  /** @Route("/{id}/rows", methods={"PUT"}) */
  public function rows() {}
}
`,
    'desk/public/index.php': `<?php
use Slim\\Factory\\AppFactory;
$app = AppFactory::create();
$app->post('/sales/{id}', function ($request, $response) { return $response; });
`,
  }

  it('follows addresses through parameters of the container, constructors and curl options', async () => {
    expect(await calls(files)).toMatchInlineSnapshot(`
      [
        "http \${SEATING_URL}|http://seating:8080 * /holds/{}",
        "http http://pricing:9090 POST /quotes",
      ]
    `)
  })

  it('knows attributes, comments and builders of routes', async () => {
    expect(await served(files)).toMatchInlineSnapshot(`
      [
        "http GET /halls/{}",
        "http POST /sales/{}",
        "http PUT /halls/{}/rows",
      ]
    `)
  })

  it('knows data sources', async () => {
    expect(await stores(files)).toMatchInlineSnapshot(`
      [
        "store sql {"is":"or","options":[{"is":"env","name":"DSN","spot":{"file":"desk/src/Kernel.php","line":8}},{"is":"text","text":"mysql:host=ledger-db;dbname=ledger","spot":{"file":"desk/src/Kernel.php","line":8}}]}",
      ]
    `)
  })
})

describe('scripts that run as they lie', () => {
  const files = {
    'desk/docker/php/Dockerfile': 'FROM php:8-fpm\nRUN docker-php-ext-install pdo\n',
    'desk/docker-compose.yml': 'services:\n  desk:\n    build: ./docker/php\n    volumes:\n      - ./:/var/www/html/\n',
    'desk/public/index.php':
      "<?php\nfunction boot() { define('LEDGER', getenv('LEDGER_URL')); }\nfile_get_contents(LEDGER . '/entries');\n",
  }

  it('belong to the container they are mounted into', async () => {
    expect(await calls(files)).toEqual(['http ${LEDGER_URL} * /entries'])
  })
})

describe('Ruby', () => {
  const files = {
    'desk/Dockerfile': 'FROM ruby:3\nCOPY . /app\nCMD ["ruby", "app.rb"]\n',
    'desk/Gemfile': "gem 'sinatra'\n",
    'desk/proto/tickets.proto':
      'syntax = "proto3"; package tickets; service Pricing { rpc GetQuote (Q) returns (R) {} } message Q { string row = 1; } message R { string total = 1; }',
    'desk/app.rb': `
require 'sinatra/base'
require_relative 'lib/seating'

class Desk < Sinatra::Base
  set :port, ENV.fetch('PORT', 4567)
  get '/seats/:id' do
    seating.hold(params[:id])
  end
  post('/sales') { pricing.get_quote(Tickets::Q.new(row: 'a')).total }
  def seating
    @seating ||= TicketOffice::Seating.new(Settings.seating_url)
  end
  def pricing = Tickets::Pricing::Stub.new(ENV['PRICING_ADDR'] || 'pricing:7070', :this_channel_is_insecure)
end
Redis.new(url: ENV['REDIS_URL'])
module Rabbit
  extend self
  LOCK = Mutex.new
  def connection
    LOCK.synchronize { @connection ||= Bunny.new(host: ENV['RABBIT_HOST']).start }
  end
end
queue = Rabbit.connection.create_channel.queue('sales')
queue.publish('x')
Desk.run!
`,
    'desk/lib/settings.rb': `
class Settings
  def self.seating_url
    ENV.fetch('SEATING_URL') { 'http://seating' }
  end
end
`,
    'desk/lib/seating.rb': `
module TicketOffice
  class Seating
    attr_reader :base
    def initialize(base)
      @base = base
    end
    def hold(id)
      uri = URI.parse("#{base}/holds/#{id}")
      http = Net::HTTP.new(uri.host, uri.port)
      http.request(Net::HTTP::Post.new(uri.request_uri))
      Faraday.new(url: 'http://ledger:9000').post('/entries', id)
    end
  end
end
`,
    'desk/lib/books.rb': `
module TicketOffice
  class Books < Tickets::Pricing::Service
    def get_quote(request, _call)
      Tickets::R.new(total: request.row)
    end
  end
end
`,
  }

  it('follows addresses through constructors, readers and methods without parentheses', async () => {
    expect(await calls(files)).toMatchInlineSnapshot(`
      [
        "grpc \${PRICING_ADDR}|pricing:7070 Pricing/GetQuote",
        "http \${SEATING_URL} * /holds/{}",
        "http http://ledger:9000 POST /entries",
      ]
    `)
  })

  it('gives what a lock gives', async () => {
    expect(await stores(files)).toMatchInlineSnapshot(`
      [
        "publish amqp {"is":"env","name":"RABBIT_HOST","spot":{"file":"desk/app.rb","line":21}}",
        "store redis {"is":"env","name":"REDIS_URL","spot":{"file":"desk/app.rb","line":16}}",
      ]
    `)
  })

  it('knows routes with blocks and services by what they extend', async () => {
    expect(await served(files)).toMatchInlineSnapshot(`
      [
        "grpc Pricing/GetQuote",
        "http GET /seats/{}",
        "http POST /sales",
      ]
    `)
  })
})

describe('Rust packages of one tree', () => {
  const files = {
    'desk/Dockerfile': 'FROM rust:1\nCOPY . .\nCMD ["./desk"]\n',
    'desk/Cargo.toml': '[package]\nname = "desk"\n[dependencies]\nseat-map = { path = "../seat-map" }\n',
    'desk/src/main.rs': `
mod handler;
use seat_map::client::SeatClient;
use crate::handler::Handler;
#[tokio::main]
async fn main() {
    let client = SeatClient::new("http://seats:1".to_string());
    client.hold("a").await;
    Handler::new();
}
`,
    'desk/src/handler.rs': 'pub struct Handler {}\nimpl Handler { pub fn new() -> Self { Handler {} } }\n',
    'seat-map/Cargo.toml': '[package]\nname = "seat-map"\n',
    'seat-map/src/lib.rs': 'pub mod client;\nmod handler;\n',
    'seat-map/src/client.rs': `
pub struct SeatClient(String);
impl SeatClient {
    pub fn new(base: String) -> Self {
        let base = base.trim();
        let base = format!("{base}/v1");
        Self(base)
    }
    pub async fn hold(&self, id: &str) { reqwest::Client::new().put(format!("{}/holds/{id}", self.0)).send().await.unwrap(); }
}
`,
    'seat-map/src/handler.rs':
      'pub struct Handler {}\nimpl Handler { pub async fn new() { reqwest::get("http://never").await.unwrap(); } }\n',
  }

  it('names that hide others are others, and a type of the same name elsewhere is not reached', async () => {
    expect(await calls(files)).toEqual(['http http://seats:1 PUT /v1/holds/a'])
  })
})

describe('Rust', () => {
  const files = {
    'seats/Dockerfile': 'FROM rust:1\nCOPY . .\nRUN cargo build --release\nCMD ["./seats"]\n',
    'seats/Cargo.toml': '[package]\nname = "seats"\n[dependencies]\naxum = "0.7"\n',
    'seats/proto/tickets.proto':
      'syntax = "proto3"; package tickets; service Pricing { rpc GetQuote (Q) returns (R) {} } service Seating { rpc HoldRow (Q) returns (R) {} } message Q { string row = 1; } message R { string total = 1; }',
    'seats/src/main.rs': `
mod config;
mod routes;
pub mod tickets { tonic::include_proto!("tickets"); }
use std::sync::Arc;
use crate::config::Settings;
use tickets::seating_server::{Seating, SeatingServer};
use tonic::{transport::Server, Request, Response, Status};

pub struct AppState { pub settings: Arc<Settings> }

#[derive(Default)]
pub struct Rows {}

#[tonic::async_trait]
impl Seating for Rows {
    async fn hold_row(&self, request: Request<tickets::Q>) -> Result<Response<tickets::R>, Status> {
        let row = request.into_inner().row;
        Ok(Response::new(tickets::R { total: row }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let settings = Settings::from_env()?;
    let pool = PgPoolOptions::new().connect(&std::env::var("DATABASE_URL").unwrap()).await?;
    let state = Arc::new(AppState { settings: Arc::new(settings) });
    let app = axum::Router::new().route("/seats/:id", axum::routing::get(routes::seat).delete(routes::free)).with_state(state);
    Server::builder().add_service(SeatingServer::new(Rows::default())).serve(addr).await
}
`,
    'seats/src/config.rs': `
use std::env;
pub struct Settings { pub ledger: String, pub pricing: String }
impl Settings {
    pub fn from_env() -> Result<Self, String> {
        let ledger = env::var("LEDGER_URL").unwrap_or_else(|_| "http://ledger:8080".into());
        Ok(Settings { ledger, pricing: match env::var("PRICING_URL") { Ok(v) => v, Err(_) => String::from("http://pricing:1") } })
    }
}
`,
    'seats/src/routes/mod.rs': `
use std::sync::Arc;
use axum::extract::{Path, State};
use crate::AppState;
use crate::tickets::pricing_client::PricingClient;

pub async fn seat(State(state): State<Arc<AppState>>, Path(id): Path<String>) -> String {
    let mut client = PricingClient::connect(state.settings.pricing.clone()).await.unwrap();
    let quote = client.get_quote(tonic::Request::new(Q { row: id })).await.unwrap().into_inner();
    quote.total
}

pub async fn free(State(state): State<Arc<AppState>>) {
    let url = format!("{}/entries/{}", state.settings.ledger, 1);
    reqwest::Client::new().delete(&url).send().await.unwrap();
}
`,
  }

  it('follows settings through state that handlers get', async () => {
    expect(await calls(files)).toMatchInlineSnapshot(`
      [
        "grpc \${PRICING_URL}|http://pricing:1 Pricing/GetQuote",
        "http \${LEDGER_URL}|http://ledger:8080 DELETE /entries/1",
      ]
    `)
  })

  it('knows routes of routers and services that are added to a server', async () => {
    expect(await served(files)).toMatchInlineSnapshot(`
      [
        "grpc Seating/HoldRow",
        "http DELETE /seats/{}",
        "http GET /seats/{}",
      ]
    `)
  })

  it('knows pools', async () => {
    expect(await stores(files)).toMatchInlineSnapshot(`
      [
        "store sql {"is":"env","name":"DATABASE_URL","spot":{"file":"seats/src/main.rs","line":26}}",
      ]
    `)
  })
})

describe('Kotlin', () => {
  const files = {
    'desk/Dockerfile': 'FROM jdk\nCOPY . .\n',
    'desk/build.gradle.kts': 'plugins { application }\n',
    'desk/src/main/proto/tickets.proto':
      'syntax = "proto3"; package tickets; service Pricing { rpc GetQuote (Q) returns (R) {} } service Seating { rpc HoldRow (Q) returns (R) {} } message Q { string row = 1; } message R { string total = 1; }',
    'desk/src/main/kotlin/office/Config.kt': `
package office
object Config {
    val ledger: String = System.getenv("LEDGER_URL") ?: "http://ledger:8080"
    val pricing by lazy { System.getenv("PRICING_HOST")?.let { "$it:9090" } ?: "pricing:9090" }
}
fun address(host: String, port: Int = 80) = "http://$host:$port"
`,
    'desk/src/main/kotlin/office/desk/Desk.kt': `
package office.desk

import io.grpc.ManagedChannelBuilder
import io.ktor.client.HttpClient
import io.ktor.client.request.*
import io.ktor.server.routing.*
import office.Config
import office.address
import tickets.PricingGrpcKt.PricingCoroutineStub
import tickets.SeatingGrpcKt

class Ledger(private val http: HttpClient, private val base: String) {
    suspend fun book(id: String) = http.post("$base/entries/$id")
    companion object {
        fun default() = Ledger(HttpClient(), Config.ledger)
    }
}

class Notes(host: String) {
    private val base = "http://$host:7000"
    private val http: HttpClient
    init { http = HttpClient() }
    suspend fun note() = http.put("$base/notes")
}
val notes = Notes("notes")

class Rows : SeatingGrpcKt.SeatingCoroutineImplBase() {
    override suspend fun holdRow(request: Q): R = R(request.row)
}

val stub = PricingCoroutineStub(ManagedChannelBuilder.forTarget(Config.pricing).usePlaintext().build())

fun Application.module() {
    routing {
        get("/seats/{id}") {
            Ledger.default().book("1")
            stub.getQuote(Q("a"))
            HttpClient().get(address(port = 81, host = "notify") + "/mails")
        }
    }
}

fun main() {
    embeddedServer(Netty, port = 8080) { module() }.start(wait = true)
}
`,
    'desk/src/main/kotlin/office/desk/Pages.kt': `
package office.desk

@RestController
@RequestMapping("/halls")
class Pages(@Value("\\\${seating.url}") private val seating: String, private val rest: RestTemplate) {
    @GetMapping("/{id}")
    fun hall(@PathVariable id: String) = rest.getForObject("$seating/halls/$id", Hall::class.java)
}
`,
  }

  it('follows addresses through objects, companions, delegates and templates', async () => {
    expect(await calls(files)).toMatchInlineSnapshot(`
      [
        "grpc \${PRICING_HOST}:9090|pricing:9090 Pricing/GetQuote",
        "http \${LEDGER_URL}|http://ledger:8080 POST /entries/{}",
        "http http://notes:7000 PUT /notes",
        "http http://notify:81 GET /mails",
        "http {seating.url} GET /halls/{}",
      ]
    `)
  })

  it('knows routes of builders and annotations, and services by what they extend', async () => {
    expect(await served(files)).toMatchInlineSnapshot(`
      [
        "grpc Seating/HoldRow",
        "http GET /halls/{}",
        "http GET /seats/{}",
      ]
    `)
  })
})
