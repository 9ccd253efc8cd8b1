// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders and values with holes
import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed, calls, served } from './system.ts'

const dockerfile = 'FROM base\nCOPY target/app.jar .\nENTRYPOINT ["java", "-jar", "app.jar"]\n'

/** A program of Java classes, each given with its imports and without its package. */
const program = (classes: Record<string, string>): Record<string, string> => ({
  'seating/Dockerfile': dockerfile,
  'seating/pom.xml': '<project><groupId>office</groupId><artifactId>seating</artifactId></project>',
  ...Object.fromEntries(
    Object.entries(classes).map(([name, body]) => [`seating/src/main/java/office/${name}.java`, `package office;\n${body}\n`]),
  ),
})

/** What is stored to. */
const stored = async (files: Record<string, string>): Promise<string[]> => {
  const { effects } = await analysed(files)
  return [...new Set(effects.filter(e => e.does === 'store').map(e => `${e.protocol} ${showValue(e.target)}`))].sort()
}

describe('Java clients', () => {
  it('JAX-RS: targets with paths, of addresses that fields put together', async () => {
    const files = program({
      Prices: `import javax.ws.rs.client.*;
public class Prices {
  private static final String host = System.getenv("PRICING_HOST") == null ? "pricing" : System.getenv("PRICING_HOST");
  private static final String address = String.format("http://%s:%s/prices", host, "9080");
  Object get(String seat) {
    ClientBuilder builder = ClientBuilder.newBuilder();
    Client client = builder.build();
    WebTarget target = client.target(address + "/" + seat);
    Invocation.Builder request = target.request("application/json");
    return request.get();
  }
  Object hold() { return ClientBuilder.newClient().target("http://holds:8080").path("holds").path("open").request().post(null); }
}`,
    })
    expect(await calls(files)).toEqual([
      'http http://${PRICING_HOST}|pricing:9080 GET /prices/{}',
      'http http://holds:8080 POST /holds/open',
    ])
  })

  it('Spring RestClient and WebClient: base addresses of builders, paths with parts', async () => {
    const files = program({
      Config: `import org.springframework.context.annotation.*;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
@Configuration
public class Config {
  @Bean RestClient pricing(RestClient.Builder builder) { return builder.baseUrl("http://pricing:8080/api").build(); }
  @Bean WebClient billing() { return WebClient.builder().baseUrl("http://billing").defaultHeader("a", "b").build(); }
}`,
      Prices: `import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
public class Prices {
  private final RestClient pricing;
  private final WebClient billing;
  Prices(RestClient pricing, WebClient billing) { this.pricing = pricing; this.billing = billing; }
  Object price(String id) { return pricing.get().uri("/prices/{id}", id).retrieve().body(String.class); }
  Object bill(String id) { return billing.post().uri(uri -> uri.path("/bills/{id}").queryParam("x", 1).build(id)).bodyValue(id).retrieve(); }
  Object created() { return WebClient.create("http://ledger:9000").get().uri("/entries").retrieve(); }
  Object own() { return RestClient.create().method(org.springframework.http.HttpMethod.PUT).uri("http://notify/mails").retrieve(); }
}`,
    })
    expect(await calls(files)).toEqual([
      'http http://billing POST /bills/{}',
      'http http://ledger:9000 GET /entries',
      'http http://notify PUT /mails',
      'http http://pricing:8080 GET /api/prices/{}',
    ])
  })

  it('RestTemplate: addresses from UriComponentsBuilder, exchange and entity calls, a root address', async () => {
    const files = program({
      Prices: `import org.springframework.web.client.RestTemplate;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.http.*;
import org.springframework.beans.factory.annotation.*;
public class Prices {
  @Autowired private RestTemplate rest;
  @Value("\${pricing.url:http://pricing:8080}") private String url;
  private String service(String name) { return "http://" + name; }
  Object price(String id) {
    String at = UriComponentsBuilder.fromHttpUrl(url).path("/prices/{id}").queryParam("day", "x").buildAndExpand(id).toUriString();
    return rest.exchange(at, HttpMethod.GET, new HttpEntity<>(null), String.class);
  }
  Object parts() { return rest.getForObject(UriComponentsBuilder.newInstance().scheme("https").host("ledger").port(8443).path("/entries").build().toUri(), String.class); }
  Object seat(String id) { return rest.getForEntity(service("ts-seats") + "/seats/" + id, String.class); }
  void drop(String id) { String at = ""; if (id == null) { at = "http://bin/a"; } else { at = "http://bin/b"; } rest.delete(at); }
}`,
    })
    expect(await calls(files)).toEqual([
      'http http://bin DELETE /a',
      'http http://bin DELETE /b',
      'http http://ts-seats GET /seats/{}',
      'http https://ledger:8443 GET /entries',
      'http {pricing.url}|http://pricing:8080 GET /prices/{}',
    ])
  })

  it('java.net.http, OkHttp and Apache clients, with the method of the request', async () => {
    const files = program({
      Prices: `import java.net.URI;
import java.net.http.*;
public class Prices {
  private final HttpClient client = HttpClient.newHttpClient();
  Object price(String id) throws Exception {
    HttpRequest request = HttpRequest.newBuilder().uri(URI.create("http://pricing:8080/prices/" + id)).POST(HttpRequest.BodyPublishers.noBody()).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
  Object plain() throws Exception { return client.send(HttpRequest.newBuilder(new URI("http://pricing:8080/all")).GET().build(), null); }
}`,
      Seats: `import okhttp3.*;
public class Seats {
  private final OkHttpClient http = new OkHttpClient();
  Object seat(String id) throws Exception {
    Request request = new Request.Builder().url("http://seats/" + id).delete().build();
    return http.newCall(request).execute();
  }
}`,
      Ledger: `import org.apache.http.client.methods.*;
import org.apache.http.impl.client.*;
public class Ledger {
  Object entries() throws Exception { return HttpClients.createDefault().execute(new HttpGet("http://ledger/entries")); }
  Object add() throws Exception { HttpPost post = new HttpPost(); post.setURI(java.net.URI.create("http://ledger/add")); return HttpClients.createDefault().execute(post); }
  Object fluent() throws Exception { return org.apache.http.client.fluent.Request.Put("http://ledger/fluent").execute(); }
}`,
    })
    expect(await calls(files)).toEqual([
      'http http://ledger GET /entries',
      'http http://ledger POST /add',
      'http http://ledger PUT /fluent',
      'http http://pricing:8080 GET /all',
      'http http://pricing:8080 POST /prices/{}',
      'http http://seats DELETE /{}',
    ])
  })

  it('declared clients: Feign, HTTP interfaces, MicroProfile, Micronaut, Retrofit', async () => {
    const files = program({
      Pricing: `import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.*;
@FeignClient(name = "pricing", path = "/api")
public interface Pricing { @GetMapping("/prices/{id}") String price(@PathVariable String id); }`,
      Ledger: `import org.springframework.web.service.annotation.*;
@HttpExchange("/entries")
public interface Ledger { @GetExchange("/{id}") String entry(String id); @PostExchange void add(@org.springframework.web.bind.annotation.RequestBody String e); }`,
      Config: `import org.springframework.context.annotation.*;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
@Configuration
public class Config {
  @Bean Ledger ledger() {
    RestClient client = RestClient.builder().baseUrl("http://ledger:8080").build();
    HttpServiceProxyFactory factory = HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client)).build();
    return factory.createClient(Ledger.class);
  }
}`,
      Notify: `import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import jakarta.ws.rs.*;
@Path("/mails") @RegisterRestClient(configKey = "notify-api")
public interface Notify { @POST @Path("/send") void send(String mail); }`,
      Seats: `import io.micronaut.http.client.annotation.Client;
import io.micronaut.http.annotation.*;
@Client("http://seats:8080/api")
public interface Seats { @Get("/seats/{id}") String seat(String id); }`,
      Mails: `import retrofit2.http.*;
public interface Mails { @GET("mails/{id}") retrofit2.Call<String> mail(@Path("id") String id); }`,
      Office: `import org.springframework.beans.factory.annotation.Autowired;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import retrofit2.Retrofit;
public class Office {
  @Autowired Pricing pricing;
  @Autowired Ledger ledger;
  @RestClient Notify notify;
  @Autowired Seats seats;
  private final Mails mails = new Retrofit.Builder().baseUrl("http://mails:7000/").build().create(Mails.class);
  void run() { pricing.price("1"); ledger.entry("1"); ledger.add("x"); notify.send("x"); seats.seat("1"); mails.mail("1"); }
}`,
    })
    expect(await calls(files)).toEqual([
      'http http://ledger:8080 GET /entries/{}',
      'http http://ledger:8080 POST /entries',
      'http http://mails:7000 GET /mails/{}',
      'http http://seats:8080 GET /api/seats/{}',
      'http pricing GET /api/prices/{}',
      'http {quarkus.rest-client.notify-api.url}|{notify-api/mp-rest/url} POST /mails/send',
    ])
    expect(await served(files)).toEqual([])
  })

  it('gRPC stubs that a framework injects, and those made over a channel', async () => {
    const files = {
      ...program({
        Office: `import net.devh.boot.grpc.client.inject.GrpcClient;
import tickets.PricingGrpc;
public class Office {
  @GrpcClient("pricing") private PricingGrpc.PricingBlockingStub pricing;
  Object quote() { return pricing.quote(null); }
}`,
      }),
      'seating/src/main/proto/p.proto':
        'syntax = "proto3";\npackage tickets;\nservice Pricing { rpc Quote (Q) returns (Q) {} }\nmessage Q { string a = 1; }\n',
    }
    expect(await calls(files)).toEqual(['grpc {grpc.client.pricing.address}|pricing Pricing/Quote'])
  })

  it('gateways: routes of a route builder', async () => {
    const files = program({
      Routes: `import org.springframework.cloud.gateway.route.*;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
public class Routes {
  @Bean RouteLocator routes(RouteLocatorBuilder builder) {
    return builder.routes()
      .route("prices", r -> r.path("/prices/**").filters(f -> f.stripPrefix(1)).uri("lb://pricing"))
      .route(r -> r.path("/bills/**").uri("http://billing:8080"))
      .build();
  }
}`,
    })
    expect(await calls(files)).toEqual(['http http://billing:8080 * /', 'http lb://pricing * /'])
  })

  it('settings of records and of classes within classes, and constants in annotations', async () => {
    const files = program({
      Props: `import org.springframework.boot.context.properties.ConfigurationProperties;
@ConfigurationProperties(prefix = "office")
public record Props(String pricingUrl, Billing billing) { public record Billing(String host, int port) {} }`,
      Desk: `import org.springframework.web.client.RestTemplate;
public class Desk {
  private final Props props;
  RestTemplate rest;
  Desk(Props props) { this.props = props; }
  void run() { rest.getForObject(props.pricingUrl() + "/a", String.class); rest.getForObject("http://" + props.billing().host() + "/b", String.class); }
}`,
      Paths: 'public final class Paths { public static final String SEATS = "/seats"; }',
      Api: `import org.springframework.web.bind.annotation.*;
@RestController @RequestMapping(Paths.SEATS)
public class Api { static final String ONE = "/{id}"; @GetMapping(ONE) public String one(String id) { return id; } }`,
      Rest: `import jakarta.ws.rs.*;
@Path("/till") public class Rest { @GET @Path("/{id}") public String one(String id) { return id; } @POST public void add(String s) { } }`,
    })
    expect(await calls(files)).toEqual(['http http://{office.billing.host} GET /b', 'http {office.pricingUrl} GET /a'])
    expect(await served(files)).toEqual(['http GET /seats/{}', 'http GET /till/{}', 'http POST /till'])
  })

  it('stores of data sources, drivers and query builders', async () => {
    const files = program({
      Stores: `import com.zaxxer.hikari.*;
import org.jooq.impl.DSL;
public class Stores {
  void open() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:postgresql://hikari/a");
    DSL.using("jdbc:postgresql://jooq/a", "u", "p");
    com.mongodb.client.MongoClients.create(System.getenv("MONGO_URL"));
    new redis.clients.jedis.Jedis("redis", 6379);
    com.datastax.oss.driver.api.core.CqlSession.builder().addContactPoint(new java.net.InetSocketAddress("cassandra", 9042)).build();
    org.elasticsearch.client.RestClient.builder(new org.apache.http.HttpHost("search", 9200, "http")).build();
    org.redisson.config.Config redisson = new org.redisson.config.Config();
    redisson.useSingleServer().setAddress("redis://redisson:6379");
  }
}`,
    })
    expect(await stored(files)).toEqual([
      'http search:9200',
      'mongodb ${MONGO_URL}',
      'redis redis',
      'redis redis://redisson:6379',
      'sql jdbc:postgresql://hikari/a',
      'sql jdbc:postgresql://jooq/a',
      'tcp cassandra:9042',
    ])
  })
})
