import type { Gives, LibraryRow } from '../rows.ts'

const row = (language: string, path: string, gives: Gives = { effect: 'declare' }): LibraryRow => ({ language, when: 'call', path, gives })

/** Providers of Pulumi, in the spelling of npm; others say nothing that the map knows. */
const PROVIDERS =
  'aws,aws-native,awsx,aws-apigateway,gcp,google-native,azure,azure-native,kubernetes,docker,docker-build,eks,cloud,confluentcloud,mongodbatlas'
const snakeProviders = PROVIDERS.replaceAll('-', '_')

/** Texts that are joined, by how many there are. */
const joins = (language: string, path: string): LibraryRow[] =>
  [7, 6, 5, 4, 3, 2, 1, 0].map(last => ({
    ...row(language, path, { value: 'concat', of: Array.from({ length: last + 1 }, (_, i) => String(i)), between: '' }),
    where: { [String(last)]: '*' },
  }))

/** Values that are known once something is deployed: what is made of them later stays made of them. */
const laterRows: LibraryRow[] = [
  row('javascript', '@pulumi/pulumi.{interpolate,output,secret,unsecret}', { value: 'same', of: '0' }),
  ...joins('javascript', '@pulumi/pulumi.concat'),
  row('javascript', '@pulumi/pulumi.{all,output}.apply', { value: 'result', of: '0', with: 'all' }),
  row('javascript', '@pulumi/*.apply', { value: 'result', of: '0', with: 'base' }),
  ...joins('python', 'pulumi.Output.concat'),
  row('python', 'pulumi.Output.format', { value: 'format', template: '0', args: '1…' }),
  row('python', 'pulumi.Output.{from_input,secret,unsecret}', { value: 'same', of: '0' }),
  row('python', 'pulumi.Output.all.apply', { value: 'result', of: '0', with: 'all' }),
  row('python', 'pulumi*.apply', { value: 'result', of: '0', with: 'base' }),
  row('go', 'github.com/pulumi/pulumi/sdk/*pulumi.Sprintf', { value: 'format', template: '0', args: '1…' }),
  row('go', 'github.com/pulumi/pulumi/sdk/*pulumi.{String,StringPtr,Int,IntPtr,Bool,BoolPtr,Float64,Any,ToSecret}', {
    value: 'same',
    of: '0',
  }),
  row('go', 'github.com/pulumi/pulumi/sdk/*pulumi.All.ApplyT', { value: 'result', of: '0', with: 'all' }),
  row('go', 'github.com/pulumi/*.ApplyT', { value: 'result', of: '0', with: 'base' }),
  row('csharp', 'Pulumi.Output.{Format,Create,CreateSecret}', { value: 'same', of: '0' }),
  row('csharp', 'Pulumi.*.Apply', { value: 'result', of: '0', with: 'base' }),
  row('java', 'com.pulumi.core.Output.{of,ofSecret}', { value: 'same', of: '0' }),
  row('java', 'com.pulumi.core.Output.format', { value: 'format', template: '0', args: '1…' }),
  row('java|kotlin', 'com.pulumi.*.{applyValue,apply}', { value: 'result', of: '0', with: 'base' }),
  row('go', 'github.com/aws/jsii-runtime-go.{String,Number,Bool,Strings}', { value: 'same', of: '0' }),
]

/** Libraries that only programs of infrastructure use. */
export const infrastructureLibrary =
  /^(aws-cdk-lib|@aws-cdk\/|aws_cdk|software\.amazon\.awscdk|Amazon\.CDK|github\.com\/aws\/aws-cdk-go|@pulumi\/(?!pulumi\/automation)|pulumi(_\w+)?$|com\.pulumi|Pulumi(\.|$)|github\.com\/pulumi\/)/

/** Namespaces that files open whole, so that their classes stand without them. */
export const openedWhole = /^(software\.amazon\.awscdk|Amazon\.CDK|com\.pulumi|Pulumi|software\.constructs|Constructs)(\.|$)/

/** Programs of the AWS Cloud Development Kit and of Pulumi: whatever they make and call of their libraries. */
export const infrastructureRows: LibraryRow[] = [
  ...laterRows,
  row('javascript', '{aws-cdk-lib,@aws-cdk/,@aws-solutions-constructs/,constructs.}*'),
  row('python', '{aws_cdk,aws_solutions_constructs,constructs.}*'),
  row('java|kotlin', '{software.amazon.awscdk.,software.amazon.awsconstructs.,software.constructs.}*'),
  row('csharp', '{Amazon.CDK.,Amazon.SolutionsConstructs.,Constructs.}*'),
  row('go', 'github.com/aws/{aws-cdk-go,constructs-go}*'),
  row('javascript', `@pulumi/{${PROVIDERS}}*`),
  row('javascript', '@pulumi/pulumi.{Config,StackReference,asset,ComponentResource,getStack,getProject}*'),
  row('python', `pulumi_{${snakeProviders}}*`),
  row('python', 'pulumi.{Config,StackReference,AssetArchive,FileArchive,FileAsset,ComponentResource,get_stack,get_project,export}*'),
  row('go', `github.com/pulumi/pulumi-{${PROVIDERS}}*`),
  row('go', 'github.com/pulumi/pulumi/sdk/*pulumi{/config.,.New}*'),
  row(
    'csharp',
    'Pulumi.{Aws,AwsNative,Awsx,Gcp,GoogleNative,Azure,AzureNative,Kubernetes,Docker,Config,FileArchive,AssetArchive,FileAsset,StackReference}*',
  ),
  row('java|kotlin', 'com.pulumi.{aws,awsnative,awsx,gcp,googlenative,azure,azurenative,kubernetes,docker,asset,resources}*'),
]
