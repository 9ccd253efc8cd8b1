import { describe, expect, it } from 'vitest'
import { showValue } from '../../src/model/value.ts'
import { analysed, calls, served } from './system.ts'

const dockerfile = 'FROM python:3.12\nCOPY . .\nCMD ["python", "-m", "app.main"]\n'

describe('settings classes', () => {
  const files = (settings: string, use = 'settings.pricing_url'): Record<string, string> => ({
    'seating/Dockerfile': dockerfile,
    'seating/app/__init__.py': '',
    'seating/app/config.py': settings,
    'seating/app/main.py': `import httpx\nfrom app.config import settings\n\ndef hold(row):\n    return httpx.get(f"{${use}}/quotes")\n\nhold("A")\n`,
  })

  it('a field is the variable of its name, else its default', async () => {
    const settings =
      'from pydantic_settings import BaseSettings\n\nclass Settings(BaseSettings):\n    pricing_url: str = "http://localhost:7070"\n\nsettings = Settings()\n'
    expect(await calls(files(settings))).toEqual(['http ${PRICING_URL}|http://localhost:7070 GET /quotes'])
  })

  it('prefixes go before the name, in a configuration or a class within; without a default the variable stays', async () => {
    const configured =
      'from pydantic_settings import BaseSettings, SettingsConfigDict\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="seating_", env_file=".env")\n    pricing_url: str\n\nsettings = Settings()\n'
    const within =
      'from pydantic import BaseSettings\n\nclass Settings(BaseSettings):\n    pricing_url: str\n    class Config:\n        env_prefix = "SEATING_"\n\nsettings = Settings()\n'
    expect(await calls(files(configured))).toEqual(['http ${SEATING_PRICING_URL} GET /quotes'])
    expect(await calls(files(within))).toEqual(['http ${SEATING_PRICING_URL} GET /quotes'])
  })

  it('a field may name its variable, and a cached getter hands the settings out', async () => {
    const settings =
      'from functools import lru_cache\nfrom pydantic import Field\nfrom pydantic_settings import BaseSettings\n\nclass Settings(BaseSettings):\n    pricing_url: str = Field("http://pricing", validation_alias="PRICING_ADDR")\n\n@lru_cache\ndef get_settings() -> Settings:\n    return Settings()\n\nsettings = get_settings()\n'
    expect(await calls(files(settings))).toEqual(['http ${PRICING_ADDR}|http://pricing GET /quotes'])
  })

  it('classes that extend nothing of the kind keep their values', async () => {
    const settings = 'class Settings:\n    pricing_url = "http://pricing"\n\nsettings = Settings()\n'
    expect(await calls(files(settings))).toEqual(['http http://pricing GET /quotes'])
  })
})

describe('fields of structs', () => {
  it.each([
    '`env:"PRICING_URL,default=http://pricing"`',
    '`env:"PRICING_URL" envDefault:"http://pricing"`',
    '`env:"PRICING_URL" env-default:"http://pricing"`',
  ])('%s: the variable of the tag, else its default', async tag => {
    const files = {
      'seating/Dockerfile': 'FROM golang\nCOPY . .\nRUN go build -o /server .\nENTRYPOINT ["/server"]\n',
      'seating/go.mod': 'module example.test/seating\n',
      'seating/main.go': `package main\n\nimport "net/http"\n\ntype Config struct {\n\tPricing string ${tag}\n}\n\nfunc main() {\n\tvar cfg Config\n\thttp.Get(cfg.Pricing + "/quotes")\n}\n`,
    }
    expect(await calls(files)).toEqual(['http ${PRICING_URL}|http://pricing GET /quotes'])
  })
})

describe('routers', () => {
  it('FastAPI: prefixes of the router, of where it is included, and of routers in between', async () => {
    const files = {
      'seating/Dockerfile': dockerfile,
      'seating/app/__init__.py': '',
      'seating/app/rows.py':
        'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/rows")\n\n@router.get("/{row_id}")\nasync def row(row_id: str):\n    return {}\n',
      'seating/app/main.py':
        'from fastapi import APIRouter, FastAPI\nfrom app.rows import router as rows\n\napp = FastAPI()\napi = APIRouter()\napi.include_router(rows)\napp.include_router(api, prefix="/v1")\n\n@app.get("/health")\ndef health():\n    return {}\n',
    }
    expect(await served(files)).toEqual(['http GET /health', 'http GET /v1/rows/{}'])
  })

  it('Flask blueprints and Express routers', async () => {
    const flask = {
      'seating/Dockerfile': dockerfile,
      'seating/app/__init__.py': '',
      'seating/app/main.py':
        'from flask import Blueprint, Flask\n\nrows = Blueprint("rows", __name__)\n\n@rows.route("/<row>")\ndef row(row):\n    return {}\n\napp = Flask(__name__)\napp.register_blueprint(rows, url_prefix="/rows")\n',
    }
    expect(await served(flask)).toEqual(['http GET /rows/{}'])
    const express = {
      'seating/Dockerfile': 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n',
      'seating/package.json': '{"name": "seating", "scripts": {"start": "node server.js"}}',
      'seating/rows.js':
        "const express = require('express')\nconst router = express.Router()\nrouter.get('/:row', (req, res) => res.json({}))\nmodule.exports = router\n",
      'seating/server.js':
        "const express = require('express')\nconst axios = require('axios')\nconst rows = require('./rows')\nconst app = express()\napp.use((req, res, next) => { axios.get('http://ledger/rights'); next() })\napp.use('/rows', (req, res, next) => next(), rows)\napp.get('/health', (req, res) => res.json({}))\napp.listen(8080)\n",
    }
    expect(await served(express)).toEqual(['http GET /health', 'http GET /rows/{}'])
    expect(await calls(express)).toEqual(['http http://ledger GET /rights'])
  })
})

it('a consumer of several topics consumes each', async () => {
  const { effects } = await analysed({
    'notify/Dockerfile': dockerfile,
    'notify/app/__init__.py': '',
    'notify/app/main.py':
      'from kafka import KafkaConsumer\n\nconsumer = KafkaConsumer("seat-held", "seat-freed", bootstrap_servers="kafka:9092")\n',
  })
  const consumed = effects.filter(e => e.does === 'consume')
  expect(consumed.map(e => `${showValue(e.target)} ${showValue(e.operation!)}`)).toEqual(['kafka:9092 seat-freed', 'kafka:9092 seat-held'])
})
