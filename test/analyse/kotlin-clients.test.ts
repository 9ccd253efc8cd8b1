// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders and values with holes
import { describe, expect, it } from 'vitest'
import { calls, served } from './system.ts'

const program = (body: string): Record<string, string> => ({
  'seating/Dockerfile': 'FROM base\nCOPY . .\nENTRYPOINT ["java", "-jar", "app.jar"]\n',
  'seating/build.gradle.kts': 'plugins { kotlin("jvm") }\n',
  'seating/src/main/kotlin/office/Main.kt': `package office\n${body}`,
})

describe('Kotlin', () => {
  it('Ktor: nested routes, routes without a path of their own, calls in handlers', async () => {
    const files = program(`import io.ktor.server.routing.*
import io.ktor.server.application.*
import io.ktor.client.*
import io.ktor.client.engine.cio.*
import io.ktor.client.request.*
val client = HttpClient(CIO)
fun Application.module() {
  routing {
    route("/api") {
      get("/seats/{id}") { client.get("http://billing/bills") }
      route("/v1") {
        post("/hold") { }
      }
    }
    till()
  }
}
fun Route.till() {
  route("/till") {
    get { }
    delete("/{id}") { }
  }
}
`)
    expect(await served(files)).toEqual(['http DELETE /till/{}', 'http GET /api/seats/{}', 'http GET /till', 'http POST /api/v1/hold'])
    expect(await calls(files)).toEqual(['http http://billing GET /bills'])
  })

  it('clients that functions hand to the framework, with and without a declared type', async () => {
    const files = program(`import org.springframework.web.client.RestClient
import org.springframework.web.reactive.function.client.WebClient
import org.springframework.context.annotation.*
import org.springframework.beans.factory.annotation.Value
@Configuration
class Config(@Value("\\\${pricing.url}") private val url: String) {
  @Bean fun pricing(builder: RestClient.Builder) = builder.baseUrl(url).build()
  @Bean fun billing(): WebClient = WebClient.builder().baseUrl("http://billing").build()
}
class Desk(private val pricing: RestClient, private val billing: WebClient) {
  fun price(id: String) = pricing.get().uri("/prices/{id}", id).retrieve().body(String::class.java)
  fun bill(id: String) = billing.post().uri("/bills").bodyValue(id).retrieve()
  fun built(id: String) = billing.get().uri { it.path("/built/{id}").build(id) }.retrieve()
}
`)
    expect(await calls(files)).toEqual([
      'http http://billing GET /built/{}',
      'http http://billing POST /bills',
      'http {pricing.url} GET /prices/{}',
    ])
  })

  it('declared clients: names by constants, addresses where they are made', async () => {
    const files = program(`import retrofit2.http.*
import retrofit2.Retrofit
import org.springframework.cloud.openfeign.FeignClient
import org.springframework.web.bind.annotation.*
interface Mails { @GET("mails/{id}") suspend fun mail(@Path("id") id: String): String }
const val NAME = "seats"
@FeignClient(name = NAME) interface Seats { @GetMapping("/seats") fun seats(): String }
val mails = Retrofit.Builder().baseUrl("http://mails/").build().create(Mails::class.java)
class Office(val seats: Seats) { suspend fun run() { mails.mail("x"); seats.seats() } }
`)
    expect(await calls(files)).toEqual(['http http://mails GET /mails/{}', 'http seats GET /seats'])
  })
})
