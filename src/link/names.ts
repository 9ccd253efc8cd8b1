import { alias } from './names/alias.ts'
import { cloud } from './names/cloud.ts'
import { compose } from './names/compose.ts'
import { discovery } from './names/discovery.ts'
import { ingress } from './names/ingress.ts'
import { kubernetesDns } from './names/kubernetes-dns.ts'
import { localhost } from './names/localhost.ts'
import type { NameScheme } from './names/scheme.ts'
import { trafficSplit } from './names/traffic-split.ts'
import { workload } from './names/workload.ts'

/** The schemes in the order they are asked: the first that knows the name decides. */
export const schemes: readonly NameScheme[] = [localhost, cloud, compose, kubernetesDns, ingress, trafficSplit, workload, discovery, alias]
