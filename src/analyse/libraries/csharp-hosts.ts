import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store, row } = channelRows('csharp')
const host = '*{DistributedApplication.CreateBuilder,IDistributedApplicationBuilder}'
const added = '*{DistributedApplication.CreateBuilder,IDistributedApplicationBuilder,IResourceBuilder}*'

/** Resources of Aspire by the method that adds them, and what they are as images. */
const IMAGES: readonly (readonly [methods: string, image: string])[] = [
  ['AddPostgres,AddAzurePostgresFlexibleServer', 'postgres'],
  ['AddSqlServer,AddAzureSqlServer', 'mssql/server'],
  ['AddMySql', 'mysql'],
  ['AddOracle', 'oracle-free'],
  ['AddMongoDB', 'mongo'],
  ['AddRedis,AddAzureRedis', 'redis'],
  ['AddValkey', 'valkey'],
  ['AddGarnet', 'redis'],
  ['AddRabbitMQ', 'rabbitmq'],
  ['AddKafka', 'kafka'],
  ['AddNats', 'nats'],
  ['AddElasticsearch', 'elasticsearch'],
  ['AddEventStore,AddKurrentDB', 'eventstore'],
  ['AddQdrant', 'qdrant'],
  ['AddMilvus', 'milvus'],
  ['AddKeycloak,AddKeycloakContainer', 'keycloak'],
  ['AddSeq', 'seq'],
  ['AddYarp', 'yarp'],
]

/** Clients of those resources, which find them by the name of their connection. */
const connection = 'config:ConnectionStrings:{0}'

/** C#: programs that deploy others (Aspire), and clients by the names of connections. */
export const csharpHostRows: LibraryRow[] = [
  row('call', `${host}.AddProject`, { effect: 'deploy', name: '0', project: ['<0>', '1'] }),
  row('call', `${host}.{AddContainer,AddDockerfile}`, { effect: 'deploy', name: '0', image: '1' }),
  row('call', `${host}.{AddNpmApp,AddNodeApp,AddViteApp,AddJavaScriptApp,AddPythonApp,AddUvicornApp,AddGolangApp,AddBunApp,AddDenoApp}`, {
    effect: 'deploy',
    name: '0',
    context: '1',
  }),
  ...IMAGES.map(([methods, image]) => row('call', `${host}.{${methods},}`, { effect: 'deploy', name: '0', image: `"${image}"` })),
  row('call', `${added}.{AddDatabase,AddQueue,AddTopic}`, { effect: 'deploy', name: '0', isPart: true }),
  row('call', `${added}.WithReference`, { effect: 'wire', to: '0' }),
  row('call', `${added}.WithEnvironment`, { effect: 'wire', name: '0', is: '1' }),
  row('call', `${added}.$0.{AddCluster,AddRoute}`, { effect: 'wire', route: ['1', '0'] }),
  ...[
    'With<Something>',
    'PublishAs<Something>',
    'RunAs<Something>',
    '{WaitFor,WaitForStart,WaitForCompletion,AsHttp2Service,ExcludeFromManifest}',
  ].map(name => row('call', `${added}.${name}`, { effect: 'wire' })),
  ...store(
    'sql',
    ['*.{AddNpgsqlDbContext,AddNpgsqlDataSource,AddAzureNpgsqlDbContext,AddAzureNpgsqlDataSource}', connection],
    ['*.{AddSqlServerDbContext,AddSqlServerClient,AddMySqlDbContext,AddMySqlDataSource,AddOracleDatabaseDbContext}', connection],
  ),
  ...store('redis', [
    '*.{AddRedisClient,AddRedisClientBuilder,AddRedisOutputCache,AddRedisDistributedCache,AddKeyedRedisClient}',
    connection,
  ]),
  ...store('mongodb', ['*.{AddMongoDBClient,AddKeyedMongoDBClient}', connection]),
  ...store('http', ['*.{AddElasticsearchClient,AddQdrantClient,AddMilvusClient}', connection]),
]
