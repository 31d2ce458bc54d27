import * as own from '../../config/applications-options.ts'
import { type OptionSources, setting } from '../../config/settings.ts'
import { UsageError } from '../../config/usage-error.ts'
import { BoundTokenCheck } from '../../controller/applications/bound-token.ts'
import { type PeerCheck, peerCheck } from '../../controller/applications/peer-authentication.ts'
import { CLUSTER_ALGORITHMS, clusterSigner } from '../../controller/tokens/cluster-signer.ts'
import { SignedTokenCheck } from '../../controller/tokens/signed-token.ts'
import { type KeyTimes, SigningKeys } from '../../controller/tokens/signing-keys.ts'
import type { KubeClient } from '../../kube/kube-client.ts'
import { systemClock } from '../../model/clock.ts'
import type { Logger } from '../../model/logger.ts'
import type { TlsFiles } from './listen-with-tls.ts'
import type { ListeningFiles } from './listening-files.ts'

export interface IntakePeersTools {
  readonly files: Pick<ListeningFiles, 'lines'>
  /** Of the port that daemons dial. */
  readonly tls: TlsFiles | undefined
  /** Of the cluster whose ServiceAccounts daemons run as. */
  readonly client: Pick<KubeClient, 'tokenIssuer'>
  readonly logger: Logger
}

/** A key that the API server gave up counts no more after minutes; while it is away, after an hour. */
const TIMES: KeyTimes = { freshMs: 300_000, leastMs: 10_000, keptMs: 3_600_000 }

/** Who is let in as a daemon. Throws UsageError where nobody could be. */
export function intakePeers(sources: OptionSources, { files, tls, client, logger }: IntakePeersTools): PeerCheck {
  const tokens = (): readonly string[] => files.lines(own.intakeToken)
  const accounts = setting(own.intakeServiceAccounts, sources)
  if (!tls?.clientCa && accounts.size === 0 && tokens().length === 0)
    throw new UsageError(
      'daemons can show neither a token nor a certificate',
      'give --intake-service-accounts, --intake-token or --intake-client-ca',
    )
  const signed = new SignedTokenCheck({
    keys: new SigningKeys({ read: clusterSigner(client), clock: systemClock, times: TIMES }),
    algorithms: CLUSTER_ALGORITHMS,
    audience: setting(own.intakeAudience, sources),
    clock: systemClock,
  })
  return peerCheck({
    tokens,
    certificates: tls?.clientCa === undefined ? 'not-asked' : 'accepted',
    boundTokens: accounts.size === 0 ? undefined : new BoundTokenCheck({ tokens: signed, accounts, logger, clock: systemClock }),
  })
}
