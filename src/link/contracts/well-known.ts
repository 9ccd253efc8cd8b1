/** Packages that systems vendor but do not define: their copies are nobody's contract and nobody's skew. Source: the projects' own .proto files. */
const PACKAGES = [
  ...['google.protobuf', 'google.api', 'google.rpc', 'google.type', 'google.longrunning', 'google.iam', 'google.logging', 'google.geo'],
  ...['grpc.health', 'grpc.reflection', 'grpc.channelz', 'grpc.lb', 'grpc.lookup', 'grpc.binarylog', 'grpc.testing', 'grpc.gateway'],
  ...['validate', 'buf.validate', 'gogoproto', 'envoy', 'xds', 'udpa', 'opencensus.proto', 'opentelemetry.proto', 'io.prometheus.client'],
  ...['k8s.io', 'openapi.v2', 'openapi.v3', 'gnostic.openapi', 'tagger', 'dapr.proto', 'cloudevents', 'io.cloudevents'],
]

export const isWellKnown = (packageName: string): boolean => PACKAGES.some(p => packageName === p || packageName.startsWith(`${p}.`))
