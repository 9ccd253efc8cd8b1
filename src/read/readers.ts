import { bundler } from './build/bundler.ts'
import { cargo } from './build/cargo.ts'
import { composer } from './build/composer.ts'
import { dotnet } from './build/dotnet.ts'
import { go } from './build/go.ts'
import { gradle } from './build/gradle.ts'
import { maven } from './build/maven.ts'
import { mix } from './build/mix.ts'
import { npm } from './build/npm.ts'
import { python } from './build/python.ts'
import { backstage } from './catalog/backstage.ts'
import { codeowners } from './catalog/codeowners.ts'
import { cortex } from './catalog/cortex.ts'
import { datadog } from './catalog/datadog.ts'
import { opslevel } from './catalog/opslevel.ts'
import { port } from './catalog/port.ts'
import { codeReaders } from './code/code.ts'
import { appsettings } from './config/appsettings.ts'
import { dotenv } from './config/dotenv.ts'
import { dubbo } from './config/dubbo.ts'
import { graphqlQueries } from './config/graphql-queries.ts'
import { pages } from './config/pages.ts'
import { prisma } from './config/prisma.ts'
import { settings } from './config/settings.ts'
import { spring } from './config/spring.ts'
import { asyncapi } from './contract/asyncapi.ts'
import { avro } from './contract/avro.ts'
import { graphql } from './contract/graphql.ts'
import { jsonSchema } from './contract/json-schema.ts'
import { openapi } from './contract/openapi.ts'
import { protobuf } from './contract/protobuf.ts'
import { thrift } from './contract/thrift.ts'
import { cloud } from './deploy/cloud.ts'
import { compose } from './deploy/compose.ts'
import { dapr } from './deploy/dapr.ts'
import { dockerfile } from './deploy/dockerfile.ts'
import { infrastructure } from './deploy/infrastructure.ts'
import { kubernetes } from './deploy/kubernetes.ts'
import { nomad } from './deploy/nomad.ts'
import { secrets } from './deploy/secrets.ts'
import { skaffold } from './deploy/skaffold.ts'
import { template } from './deploy/template.ts'
import { tye } from './deploy/tye.ts'
import { apache } from './mesh/apache.ts'
import { appMesh } from './mesh/app-mesh.ts'
import { caddy } from './mesh/caddy.ts'
import { consul } from './mesh/consul.ts'
import { envoy } from './mesh/envoy.ts'
import { gatewayApi } from './mesh/gateway-api.ts'
import { haproxy } from './mesh/haproxy.ts'
import { ingress } from './mesh/ingress.ts'
import { istio } from './mesh/istio.ts'
import { istioSecurity } from './mesh/istio-security.ts'
import { linkerd } from './mesh/linkerd.ts'
import { networkPolicy } from './mesh/network-policy.ts'
import { nginx } from './mesh/nginx.ts'
import { supergraph } from './mesh/supergraph.ts'
import { traefik } from './mesh/traefik.ts'
import type { Reader, Renderer } from './reader.ts'
import { cloudformation } from './render/cloudformation.ts'
import { composeProject } from './render/compose.ts'
import { crossplane } from './render/crossplane.ts'
import { helm } from './render/helm.ts'
import { kustomize } from './render/kustomize.ts'
import { pulumi } from './render/pulumi.ts'
import { serverless } from './render/serverless.ts'
import { terraform } from './render/terraform.ts'

/** Every reader, in the order in which their facts are listed. */
export const readers: readonly Reader[] = [
  ...codeReaders,
  // contracts
  protobuf,
  openapi,
  thrift,
  graphql,
  asyncapi,
  avro,
  jsonSchema,
  // manifests
  dockerfile,
  kubernetes,
  compose,
  skaffold,
  secrets,
  dapr,
  tye,
  cloud,
  nomad,
  infrastructure,
  template,
  nginx,
  apache,
  envoy,
  gatewayApi,
  istio,
  istioSecurity,
  linkerd,
  consul,
  appMesh,
  ingress,
  networkPolicy,
  traefik,
  caddy,
  haproxy,
  supergraph,
  dotenv,
  spring,
  dubbo,
  appsettings,
  settings,
  prisma,
  graphqlQueries,
  pages,
  npm,
  go,
  maven,
  gradle,
  dotnet,
  python,
  composer,
  bundler,
  cargo,
  mix,
  codeowners,
  backstage,
  datadog,
  port,
  opslevel,
  cortex,
]

export const renderers: readonly Renderer[] = [composeProject, kustomize, helm, cloudformation, serverless, pulumi, crossplane, terraform]
