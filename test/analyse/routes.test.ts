import { describe, expect, it } from 'vitest'
import { served } from './system.ts'

const image = (command: string): string => `FROM base\nCOPY . .\nCMD [${command}]\n`
const node = (files: Record<string, string>): Record<string, string> => ({
  'seats/Dockerfile': image('"node", "main.js"'),
  'seats/package.json': '{"name":"seats"}',
  ...files,
})
const python = (files: Record<string, string>): Record<string, string> => ({ 'seats/Dockerfile': image('"run"'), ...files })

describe('routes carry every prefix above them', () => {
  it('of routers that are mounted: Express, Koa, Hono, Fastify, Elysia', async () => {
    expect(
      await served(
        node({
          'seats/main.js':
            "const express = require('express')\nconst app = express()\nconst api = require('./api')\napp.use('/api', api)\napp.listen(80)\n",
          'seats/api.js':
            "const { Router } = require('express')\nconst api = Router()\nconst holds = Router()\nholds.post('/:id', (req, res) => res.json({}))\napi.use('/holds', holds)\napi.route('/seats').get((req, res) => res.json([])).post((req, res) => res.json({}))\nmodule.exports = api\n",
        }),
      ),
    ).toEqual(['http GET /api/seats', 'http POST /api/holds/{}', 'http POST /api/seats'])
    expect(
      await served(
        node({
          'seats/main.js':
            "import Koa from 'koa'\nimport Router from '@koa/router'\nconst app = new Koa()\nconst api = new Router({ prefix: '/api' })\nconst seats = new Router()\nseats.get('/:id', ctx => {})\napi.use('/seats', seats.routes())\napp.use(api.routes())\n",
        }),
      ),
    ).toEqual(['http GET /api/seats/{}'])
    expect(
      await served(
        node({
          'seats/main.js':
            "import { Hono } from 'hono'\nconst app = new Hono().basePath('/api')\nconst seats = new Hono()\nseats.get('/:id', c => c.json({}))\napp.route('/seats', seats)\n",
        }),
      ),
    ).toEqual(['http GET /api/seats/{}'])
    expect(
      await served(
        node({
          'seats/main.js':
            "import fastify from 'fastify'\nimport routes from './routes.js'\nconst app = fastify()\napp.register(routes, { prefix: '/api' })\n",
          'seats/routes.js':
            "export default async function routes(app) {\n  app.get('/seats', async () => [])\n  app.register(async inner => { inner.route({ method: 'POST', url: '/holds', handler: async () => ({}) }) }, { prefix: '/v2' })\n}\n",
        }),
      ),
    ).toEqual(['http GET /api/seats', 'http POST /api/v2/holds'])
    expect(
      await served(
        node({
          'seats/main.ts':
            "import { Elysia } from 'elysia'\nconst api = new Elysia({ prefix: '/api' }).get('/seats', () => []).group('/v2', app => app.post('/holds', () => ({})))\nnew Elysia().use(api).listen(80)\n",
        }),
      ),
    ).toEqual(['http GET /api/seats', 'http POST /api/v2/holds'])
  })

  it('of the whole program: NestJS', async () => {
    const files = node({
      'seats/main.ts':
        "import { NestFactory } from '@nestjs/core'\nimport { Seats } from './seats'\nasync function start() { const app = await NestFactory.create(Seats); app.setGlobalPrefix('api'); await app.listen(80) }\nstart()\n",
      'seats/seats.ts':
        "import { Controller, Get } from '@nestjs/common'\n@Controller('seats')\nexport class Seats { @Get(':id') one() { return {} } }\n",
    })
    expect(await served(files)).toEqual(['http GET /api/seats/{}'])
  })

  it('of files that are included, and of resources: Django, Flask, FastAPI', async () => {
    const django = python({
      'seats/manage.py': 'import os\n',
      'seats/office/urls.py':
        "from django.urls import path, include\nfrom rest_framework.routers import DefaultRouter\nfrom office.views import Holds\nrouter = DefaultRouter()\nrouter.register(r'holds', Holds)\nurlpatterns = [path('api/', include('places.urls')), path('v2/', include(router.urls))]\n",
      'seats/office/views.py': 'class Holds:\n    pass\n',
      'seats/places/urls.py': "from django.urls import path\nfrom . import views\nurlpatterns = [path('seats/<int:id>/', views.seat)]\n",
      'seats/places/views.py': 'def seat(request, id):\n    return id\n',
    })
    expect(await served(django)).toEqual([
      'http * /api/seats/{}',
      'http DELETE /v2/holds/{}',
      'http GET /v2/holds',
      'http GET /v2/holds/{}',
      'http PATCH /v2/holds/{}',
      'http POST /v2/holds',
      'http PUT /v2/holds/{}',
    ])
    const fast = python({
      'seats/main.py':
        "from fastapi import FastAPI, APIRouter\nfrom api import api\napp = FastAPI()\napp.include_router(api, prefix='/api')\n",
      'seats/api.py':
        "from fastapi import APIRouter\napi = APIRouter()\nseats = APIRouter(prefix='/seats')\n@seats.get('/{id}')\ndef one(id):\n    return id\napi.include_router(seats)\n",
    })
    expect(await served(fast)).toEqual(['http GET /api/seats/{}'])
  })

  it('of blocks and resources: Rails, Sinatra', async () => {
    const rails = {
      'seats/Dockerfile': image('"rails", "server"'),
      'seats/Gemfile': "gem 'rails'\n",
      'seats/config/routes.rb':
        "Rails.application.routes.draw do\n  namespace :api do\n    scope '/v1' do\n      resources :seats, only: [:index, :show] do\n        resources :holds, only: :create\n        member do\n          post :release\n        end\n        collection do\n          get :search\n        end\n      end\n    end\n    get 'health', to: 'health#show'\n  end\nend\n",
    }
    expect(await served(rails)).toEqual([
      'http GET /api/health',
      'http GET /api/v1/seats',
      'http GET /api/v1/seats/search',
      'http GET /api/v1/seats/{}',
      'http POST /api/v1/seats/{}/holds',
      'http POST /api/v1/seats/{}/release',
    ])
    const sinatra = {
      'seats/Dockerfile': image('"ruby", "app.rb"'),
      'seats/app.rb': "require 'sinatra'\nrequire 'sinatra/namespace'\nnamespace '/api' do\n  get '/seats' do\n    '[]'\n  end\nend\n",
    }
    expect(await served(sinatra)).toEqual(['http GET /api/seats'])
  })

  it('of groups and included files: Laravel, Lumen, Slim', async () => {
    const laravel = {
      'seats/Dockerfile': image('"php-fpm"'),
      'seats/app/Providers/RouteServiceProvider.php':
        "<?php\nnamespace App\\Providers;\nuse Illuminate\\Support\\Facades\\Route;\nclass RouteServiceProvider {\n  public function boot() {\n    Route::middleware('api')->prefix('api/v1')->group(base_path('routes/api.php'));\n  }\n}\n",
      'seats/routes/api.php':
        "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::middleware(['auth'])->group(function () {\n  Route::prefix('seats')->group(function () {\n    Route::get('/{id}', [Seats::class, 'show']);\n  });\n  Route::apiResource('holds', Holds::class);\n});\n",
    }
    expect(await served(laravel)).toEqual([
      'http DELETE /api/v1/holds/{}',
      'http GET /api/v1/holds',
      'http GET /api/v1/holds/{}',
      'http GET /api/v1/seats/{}',
      'http PATCH /api/v1/holds/{}',
      'http POST /api/v1/holds',
      'http PUT /api/v1/holds/{}',
    ])
    const lumen = {
      'seats/Dockerfile': image('"php-fpm"'),
      'seats/routes/web.php':
        "<?php\n$router->group(['prefix' => 'api'], function ($router) {\n  $router->group(['prefix' => 'seats'], function () use ($router) {\n    $router->get('/{id}', 'Seats@show');\n  });\n});\n",
    }
    expect(await served(lumen)).toEqual(['http GET /api/seats/{}'])
    const slim = {
      'seats/Dockerfile': image('"php-fpm"'),
      'seats/index.php':
        "<?php\nuse Slim\\Factory\\AppFactory;\nuse Slim\\Routing\\RouteCollectorProxy;\n$app = AppFactory::create();\n$app->group('/api', function (RouteCollectorProxy $group) {\n  $group->get('/seats', function ($request, $response) { return $response; });\n});\n",
    }
    expect(await served(slim)).toEqual(['http GET /api/seats'])
  })

  it('of scopes: Phoenix, actix, axum, Rocket', async () => {
    const phoenix = {
      'seats/Dockerfile': image('"bin/seats"'),
      'seats/mix.exs': 'defmodule Seats.MixProject do\n  def project do\n    [app: :seats]\n  end\nend\n',
      'seats/lib/router.ex':
        'defmodule Seats.Router do\n  use Phoenix.Router\n  scope "/api", Seats do\n    pipe_through :api\n    get "/health", Health, :index\n    scope "/v1" do\n      resources "/seats", SeatController, only: [:index, :delete]\n    end\n  end\nend\n',
    }
    expect(await served(phoenix)).toEqual(['http DELETE /api/v1/seats/{}', 'http GET /api/health', 'http GET /api/v1/seats'])
    const cargo = { 'seats/Dockerfile': image('"seats"'), 'seats/Cargo.toml': '[package]\nname = "seats"\n' }
    const actix = {
      ...cargo,
      'seats/src/main.rs':
        'use actix_web::{get, web, App, HttpServer};\n#[get("/seats")]\nasync fn seats() -> String { String::new() }\nfn routes(cfg: &mut web::ServiceConfig) { cfg.service(web::scope("/v1").service(seats).route("/holds", web::post().to(hold))); }\nasync fn hold() -> String { String::new() }\nfn main() { HttpServer::new(|| App::new().service(web::scope("/api").configure(routes))); }\n',
    }
    expect(await served(actix)).toEqual(['http GET /api/v1/seats', 'http POST /api/v1/holds'])
    const axum = {
      ...cargo,
      'seats/src/main.rs':
        'use axum::{routing::{get, post}, Router};\nasync fn seats() {}\nasync fn hold() {}\nfn api() -> Router { Router::new().route("/seats", get(seats)).route("/holds", post(hold)) }\nfn main() { let app = Router::new().nest("/api", api()); }\n',
    }
    expect(await served(axum)).toEqual(['http GET /api/seats', 'http POST /api/holds'])
    const rocket = {
      ...cargo,
      'seats/src/main.rs':
        '#[macro_use] extern crate rocket;\n#[get("/seats")]\nfn seats() -> String { String::new() }\n#[launch]\nfn rocket() -> _ { rocket::build().mount("/api", routes![seats]) }\n',
    }
    expect(await served(rocket)).toEqual(['http GET /api/seats'])
  })

  it('of groups: gin, chi, Ktor, minimal APIs', async () => {
    const go = (source: string): Record<string, string> => ({
      'seats/Dockerfile': image('"/seats"'),
      'seats/go.mod': 'module seats\n',
      'seats/main.go': source,
    })
    expect(
      await served(
        go(
          'package main\nimport "github.com/gin-gonic/gin"\nfunc seats(r *gin.RouterGroup) { r.GET("/seats", nil) }\nfunc main() {\n\tr := gin.Default()\n\tapi := r.Group("/api")\n\tseats(api.Group("/v1"))\n}\n',
        ),
      ),
    ).toEqual(['http GET /api/v1/seats'])
    expect(
      await served(
        go(
          'package main\nimport "github.com/go-chi/chi/v5"\nfunc holds() chi.Router {\n\tr := chi.NewRouter()\n\tr.Post("/", nil)\n\treturn r\n}\nfunc main() {\n\tr := chi.NewRouter()\n\tr.Route("/api", func(r chi.Router) {\n\t\tr.Get("/seats", nil)\n\t\tr.Mount("/holds", holds())\n\t})\n}\n',
        ),
      ),
    ).toEqual(['http GET /api/seats', 'http POST /api/holds'])
    const ktor = {
      'seats/Dockerfile': image('"seats"'),
      'seats/build.gradle.kts': 'dependencies { implementation("io.ktor:ktor-server-core:2.0") }\n',
      'seats/src/main/kotlin/Main.kt':
        'import io.ktor.server.routing.*\nimport io.ktor.server.application.*\nfun Application.module() {\n  routing {\n    route("/api") {\n      route("/v1") {\n        get("/seats") { call.respond("") }\n      }\n    }\n  }\n}\n',
    }
    expect(await served(ktor)).toEqual(['http GET /api/v1/seats'])
  })
})
