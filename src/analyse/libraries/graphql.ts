import type { LibraryRow, Place } from '../rows.ts'

const client = (language: string, when: 'new' | 'call', path: string, target: Place): LibraryRow => ({
  ...{ language, when, path },
  gives: { effect: 'call', protocol: 'graphql', target },
})

/** Clients of GraphQL: where they are made, their address is told. What they ask stands in documents. */
export const graphqlRows: LibraryRow[] = [
  client(
    'javascript',
    'new',
    '{@apollo/client*,apollo-client,apollo-boost,apollo-angular*}*.{ApolloClient,HttpLink,BatchHttpLink}',
    '0.uri',
  ),
  client('javascript', 'new', '{apollo-link-http,apollo-link-batch-http}.{HttpLink,BatchHttpLink}', '0.uri'),
  client('javascript', 'new', 'apollo-boost{.default,}', '0.uri'),
  client('javascript', 'call', '{@apollo/client*,apollo-link-http,apollo-upload-client*}*.{createHttpLink,createUploadLink}', '0.uri'),
  client('javascript', 'call', '{urql,@urql/core,@urql/vue,@urql/svelte,@urql/preact}.createClient', '0.url'),
  client('javascript', 'new', '{urql,@urql/core}.Client', '0.url'),
  client('javascript', 'new', 'graphql-request.GraphQLClient', '0'),
  client('javascript', 'call', 'graphql-request.request', ['0.url', '0']),
  client('javascript', 'call', 'graphql-ws.createClient', '0.url'),
  client(
    'python',
    'call',
    'gql.transport.*.{AIOHTTPTransport,HTTPXTransport,HTTPXAsyncTransport,RequestsHTTPTransport,WebsocketsTransport}',
    ['url=', '0'],
  ),
  client('python', 'call', 'sgqlc.endpoint.*.{HTTPEndpoint,RequestsEndpoint}', ['url=', '0']),
  client('python', 'call', 'python_graphql_client.GraphqlClient', ['endpoint=', '0']),
  client('go', 'call', 'github.com/{machinebox/graphql,hasura/go-graphql-client,shurcooL/graphql,Khan/genqlient/graphql}.NewClient', '0'),
  client('java|kotlin', 'call', 'com.apollographql.*.ApolloClient*.{serverUrl,httpServerUrl}', '0'),
  client(
    'java|kotlin',
    'call',
    '*.{WebClientGraphQLClient,CustomGraphQLClient,HttpGraphQlClient.builder.url,HttpSyncGraphQlClient.builder.url}',
    '0',
  ),
  client('csharp', 'new', '{*.,}GraphQLHttpClient', ['0', '0.EndPoint']),
  client('rust', 'call', '{gql_client.Client.new,cynic.http.GraphQlClient.new}', '0'),
]
