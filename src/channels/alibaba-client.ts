/** Packages of Alibaba Cloud are CommonJS: Node hands over the whole module as their default, other loaders the class itself. */
const classOf = <T>(loaded: { default: T }): T => (typeof loaded === 'function' ? (loaded as unknown as T) : loaded.default)

export interface AlibabaAccount {
  endpoint: string
  timeoutMs: number
  accessKeyId: string
  accessKeySecret: string
}

/** Loaded only where it is used. No retries: whether something is sent again is not the carrier's client's to decide. */
export async function loadAlibaba(account: AlibabaAccount) {
  const core = await import('@alicloud/openapi-core')
  const { accessKeyId, accessKeySecret, timeoutMs } = account
  const { protocol, host } = new URL(account.endpoint)
  const config = new core.$OpenApiUtil.Config({
    ...{ accessKeyId, accessKeySecret, endpoint: host, protocol: protocol.replace(':', ''), regionId: 'cn-hangzhou' },
    ...{ readTimeout: timeoutMs, connectTimeout: timeoutMs },
  })
  return { core, config, Client: classOf(core.default) }
}

export async function loadAlibabaSms(account: AlibabaAccount) {
  const { config } = await loadAlibaba(account)
  const dysms = await import('@alicloud/dysmsapi20170525')
  return { dysms, client: new (classOf(dysms.default))(config) }
}
