import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store } = channelRows('java')

/** Stores of Java and Kotlin that code opens itself; those that a framework opens are told by settings. */
export const javaStoreRows: readonly LibraryRow[] = [
  ...store(
    'sql',
    ['{*.,}DataSourceBuilder.create*.url', '0'],
    ['{*.,}{HikariConfig,HikariDataSource}.setJdbcUrl', '0'],
    ['{*.,}{DriverManagerDataSource,BasicDataSource,PGSimpleDataSource,MysqlDataSource,DruidDataSource}.{setUrl,setURL}', '0'],
    ['{java.sql.,}DriverManager.getConnection', '0'],
    ['{*.,}{Jdbi.create,Flyway.configure.dataSource}', '0'],
    ['{org.jooq.impl.,}DSL.using', '0'],
    ['{*.,}ConnectionFactories.get', '0'],
  ),
  ...store(
    'mongodb',
    ['{*.,}MongoClients.create', '0'],
    ['new {*.,}{MongoClientURI,ConnectionString}', '0'],
    ['new {com.mongodb.,}MongoClient', '0'],
  ),
  ...store(
    'redis',
    ['new {*.,}{Jedis,JedisPool,JedisPooled}', ['0', '1']],
    ['{*.,}RedisClient.create', '0'],
    [
      '{*.,}Config.{useSingleServer,useClusterServers,useReplicatedServers,useSentinelServers}*.{setAddress,addNodeAddress,addSentinelAddress}',
      '0…',
    ],
    ['new {*.,}{RedisStandaloneConfiguration}', '0', undefined, { port: '1' }],
  ),
  ...store(
    'tcp',
    ['{*.,}CqlSession.builder*.addContactPoint', '0(0)', undefined, { port: '0(1)' }],
    ['{*.,}Cluster.builder*.addContactPoint*', '0…'],
  ),
  ...store('tcp', ['{*.,}GraphDatabase.driver', '0']),
  ...store(
    'http',
    ['{*.,}elasticsearch.client.RestClient.builder', '0(0)', undefined, { port: '0(1)' }],
    ['{*.,}{DynamoDbClient,DynamoDbAsyncClient}.builder*.endpointOverride', '0'],
    ['{*.,}{InfluxDBFactory.connect,InfluxDBClientFactory.create}', '0'],
    ['{*.,}MinioClient.builder*.endpoint', '0'],
  ),
  ...store('unknown', ['new {*.,}MemcachedClient', '0(0)', undefined, { port: '0(1)' }]),
]
