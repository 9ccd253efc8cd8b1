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
