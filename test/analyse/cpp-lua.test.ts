import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed } from './system.ts'

const told = async (files: Record<string, string>, does: string): Promise<string[]> =>
  (await analysed(files)).effects
    .filter(e => does.split(' ').includes(e.does))
    .map(e => `${e.of} ${e.does} ${e.protocol} ${showValue(e.target)} ${e.operation ? showValue(e.operation) : ''}`.trim())
    .sort()

const thrift = 'service Office { void Sell(1: i64 id) }\nservice Pricing { i64 Quote(1: i64 id) }\nservice Seats { void Hold(1: i64 id) }\n'

describe('C++', () => {
  it('keeps pooled clients of class templates apart, each with its address and its service', async () => {
    const files = {
      Dockerfile: 'FROM base\nCOPY . .\nRUN make install\n',
      'office.thrift': thrift,
      'src/Pool.h':
        '#include <string>\nnamespace desk {\ntemplate <class T> class Pool {\n public:\n  Pool(const std::string &addr, int port);\n  T *Pop();\n private:\n  std::deque<T *> _pool;\n  std::string _addr;\n  int _port;\n};\ntemplate <class T> Pool<T>::Pool(const std::string &addr, int port) {\n  _addr = addr;\n  _port = port;\n}\ntemplate <class T> T *Pool<T>::Pop() {\n  T *client = nullptr;\n  if (_pool.empty()) client = new T(_addr, _port, 3);\n  return client;\n}\ntemplate <class C> class Client {\n public:\n  Client(const std::string &addr, int port);\n  Client(const std::string &addr, int port, int keep);\n  C *GetClient() const;\n private:\n  C *_client;\n  std::shared_ptr<TSocket> _socket;\n  std::shared_ptr<TProtocol> _protocol;\n};\ntemplate <class C> Client<C>::Client(const std::string &addr, int port) {\n  _socket = std::shared_ptr<TSocket>(new TSocket(addr, port));\n  _protocol = std::shared_ptr<TProtocol>(new TBinaryProtocol(_socket));\n  _client = new C(_protocol);\n}\ntemplate <class C> Client<C>::Client(const std::string &addr, int port, int keep) {\n  _socket = std::shared_ptr<TSocket>(new TSocket(addr, port));\n  _protocol = std::shared_ptr<TProtocol>(new TBinaryProtocol(_socket));\n  _client = new C(_protocol);\n}\ntemplate <class C> C *Client<C>::GetClient() const { return _client; }\n}\n',
      'src/office/office.cpp':
        '#include "../Pool.h"\nusing namespace desk;\nclass Handler : public OfficeIf {\n public:\n  Handler(Pool<Client<PricingClient>> *pricing, Pool<Client<SeatsClient>> *seats) {\n    _pricing = pricing;\n    _seats = seats;\n  }\n  void Sell(int64_t id) {\n    auto wrapper = _pricing->Pop();\n    auto client = wrapper->GetClient();\n    client->Quote(id);\n    auto other = _seats->Pop();\n    other->GetClient()->Hold(id);\n  }\n private:\n  Pool<Client<PricingClient>> *_pricing;\n  Pool<Client<SeatsClient>> *_seats;\n};\nint main() {\n  Pool<Client<PricingClient>> pricing("pricing", 9090);\n  Pool<Client<SeatsClient>> seats("seats", 9091);\n  TServer server(std::make_shared<OfficeProcessor>(std::make_shared<Handler>(&pricing, &seats)));\n}\n',
      'src/seats/seats.cpp':
        '#include "../Pool.h"\nclass Holder : public SeatsIf { public: void Hold(int64_t id) {} };\nint main() { TServer server(std::make_shared<SeatsProcessor>(std::make_shared<Holder>())); }\n',
    }
    expect(await told(files, 'call serve')).toEqual([
      'src/office call thrift pricing:9090 Pricing/Quote',
      'src/office call thrift seats:9091 Seats/Hold',
      'src/office serve thrift Office Office/Sell',
      'src/seats serve thrift Seats Seats/Hold',
    ])
  })

  it('reads settings of a file by keys that are put together', async () => {
    const files = {
      Dockerfile: 'FROM base\nCOPY . .\nCMD ["office"]\n',
      'office.cpp':
        'int load(const std::string &file, json *out) {\n  std::ifstream in;\n  in.open(file);\n  in >> *out;\n  return 0;\n}\nmongoc_uri_t *store(const json &config, const std::string &name) {\n  std::string addr = config[name + "-db"]["addr"];\n  return mongoc_uri_new(("mongodb://" + addr).c_str());\n}\nint main() {\n  json config;\n  if (load("config.json", &config) != 0) return 1;\n  auto *db = store(config, "seats");\n  Redis made = Redis(options());\n  return 0;\n}\n',
    }
    expect(await told(files, 'store')).toContain('store mongodb mongodb://{seats-db.addr}')
  })
})

describe('Lua', () => {
  it('of a web server that mounts it is a program', async () => {
    const files = {
      'compose.yaml':
        'services:\n  web:\n    image: openresty/openresty\n    volumes:\n      - ./web/scripts:/scripts\n      - ./web/conf/nginx.conf:/etc/nginx/nginx.conf\n',
      'office.thrift': thrift,
      'web/conf/nginx.conf': 'events {}\n',
      'web/scripts/sell.lua':
        'local _M = {}\nlocal suffix = os.getenv("SUFFIX")\nif suffix == nil then suffix = "" end\nfunction _M.Sell(id)\n  local Pool = require "GenericObjectPool"\n  local SeatsClient = require "office_Seats".SeatsClient\n  local client = Pool:connection(SeatsClient, "seats" .. suffix, 9090)\n  local ok, answer = pcall(client.Hold, client, id)\n  client.iprot.trans:close()\nend\nreturn _M\n',
    }
    expect(await told(files, 'call')).toEqual(['web/scripts call thrift seats${SUFFIX}|:9090 Seats/Hold'])
  })
})
