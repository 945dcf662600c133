import { X509Certificate } from 'node:crypto'
import { SaxesParser } from 'saxes'
import { SignedXml } from 'xml-crypto'
import type { BulletinProblem, Reading } from '../bulletin.js'
import type { SourceSettings } from '../source-settings.js'
import type { XmlElement } from '../xml/read-xml.js'

type Policy = SourceSettings['signature']
type Bad = { kind: 'missing' } | { kind: 'invalid' | 'untrusted'; why: string; english: string }
/** `signed` is the canonical text that the signature covers: only this may be read. */
export type Verdict = { kind: 'good'; signed: string } | Bad

/** Canonical form and digests of much more than this would keep everybody waiting; real signed alerts reach half of it. */
const most = { characters: 1_000_000, signatures: 4 }
const dsig = 'http://www.w3.org/2000/09/xmldsig#'

/**
 * Checks the signatures at the root of a document (already found well-formed, without DOCTYPE). One that a trusted certificate
 * made is enough: in Canada the office and the distributor both sign. Which certificate signed is decided by config alone;
 * what the message brings with it only tells "unknown" from "broken".
 */
export function verifySignature(text: string, policy: Policy): Verdict {
  const found = trySignatures(text)
  if (!found) return invalid('签名的写法不支持或不完整', 'the signature cannot be understood')
  if (found.length === 0) return { kind: 'missing' }
  if (text.length > most.characters || found.length > most.signatures)
    return invalid('报文太大或签名太多,没有核验', 'too big, or too many signatures, to be verified')
  // Each signer signed the message before the others did: their signatures are no part of it.
  const verdicts = found.map((own) =>
    verifyOne(
      without(
        text,
        found.filter((other) => other !== own),
      ),
      own,
      policy,
    ),
  )
  return verdicts.find((v) => v.kind === 'good') ?? verdicts.find((v) => v.kind === 'untrusted') ?? verdicts[0]!
}

const invalid = (why: string, english: string): Bad => ({ kind: 'invalid', why, english })

function verifyOne(text: string, own: Found, policy: Policy): Verdict {
  if (/xmldsig#(?:rsa-|hmac-|dsa-)?sha1["']/.test(own.xml) && !policy.allowSha1)
    return invalid('签名用的是已被破解的 SHA-1 算法', 'signed with SHA-1, which is broken')
  try {
    for (const certificate of policy.certificates) {
      const signed = checkWith(text, own, certificate, policy)
      if (signed === 'changed') return invalid('内容与签名对不上,可能被改动过', 'the content is not what was signed')
      if (signed) return { kind: 'good', signed: signed.text }
    }
    const brought = certificateIn(own.xml)
    if (brought && !checkWith(text, own, brought.pem, policy)) return invalid('签名值不对', 'the signature value is wrong')
    return {
      kind: 'untrusted',
      why: brought ? `签名者是“${brought.subject}”,不在信任的证书之列` : '签名没有带证书,信任的证书里也没有能核验它的',
      english: brought ? `signed by "${brought.subject}", which is not trusted` : 'no trusted certificate fits, and none was brought',
    }
  } catch {
    return invalid('签名的写法不支持或不完整', 'the signature cannot be understood')
  }
}

/** The signed text; 'changed' when a digest does not fit; null when this key did not make the signature. */
function checkWith(text: string, own: Found, publicCert: string, policy: Policy): { text: string } | 'changed' | null {
  const check = new SignedXml({ publicCert, getCertFromKeyInfo: () => null })
  if (!policy.allowSha1) {
    delete (check.SignatureAlgorithms as Record<string, unknown>)[`${dsig}rsa-sha1`]
    delete (check.HashAlgorithms as Record<string, unknown>)[`${dsig}sha1`]
  }
  check.loadSignature(own.xml)
  // One reference, to the whole document: a signature over some part of it says nothing of the rest.
  const references = check.getReferences()
  if (references.length !== 1 || references[0]!.uri) throw new Error('not a signature of the whole document')
  try {
    if (!check.checkSignature(text)) return 'changed'
  } catch (e) {
    if (/^invalid signature: the signature value/.test((e as Error).message)) return null
    throw e
  }
  const [signed] = check.getSignedReferences()
  if (signed === undefined) throw new Error('nothing was signed')
  return { text: signed }
}

function certificateIn(signature: string): { pem: string; subject: string } | null {
  const base64 = /<(?:[\w.-]+:)?X509Certificate[^<>]*>([A-Za-z0-9+/=\s]{100,20000})</.exec(signature)?.[1]
  if (!base64) return null
  try {
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'))
    const name = /(?:^|\n)(?:CN|OU|O)=([^\n]+)/.exec(certificate.subject)?.[1] ?? ''
    return { pem: certificate.toString(), subject: name.slice(0, 80) }
  } catch {
    return null
  }
}

interface Found {
  start: number
  end: number
  /** The element alone, with the namespaces that are in force where it stands. */
  xml: string
}

/** null: this parser and the one that read the message do not agree; then nothing is believed. */
function trySignatures(text: string): Found[] | null {
  try {
    return findSignatures(text)
  } catch {
    return null
  }
}

/** <Signature> elements that are children of the root. Deeper ones sign other things, or only pretend to. */
function findSignatures(text: string): Found[] {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const found: Found[] = []
  let depth = 0
  let start = 0
  let begin = 0
  let inherited: Record<string, string> = {}
  let open: { tag: string; namespaces: string } | null = null
  parser.on('opentagstart', (tag) => {
    if (depth === 1) begin = text.lastIndexOf(`<${tag.name}`, parser.position - 1)
    depth++
  })
  parser.on('opentag', (tag) => {
    if (depth === 1) inherited = tag.ns
    if (depth !== 2 || tag.local !== 'Signature' || tag.uri !== dsig) return
    start = begin
    const missing = Object.entries(inherited).filter(([prefix]) => !(prefix in tag.ns) && prefix !== 'xml' && prefix !== 'xmlns')
    open = { tag: tag.name, namespaces: missing.map(([p, uri]) => ` xmlns${p ? `:${p}` : ''}="${escapeUri(uri)}"`).join('') }
  })
  parser.on('closetag', () => {
    depth--
    if (depth !== 1 || !open) return
    const end = parser.position
    const after = start + 1 + open.tag.length
    found.push({ start, end, xml: `<${open.tag}${open.namespaces}${text.slice(after, end)}` })
    open = null
  })
  parser.write(text).close()
  return found
}

const escapeUri = (uri: string) => uri.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

function without(text: string, signatures: Found[]): string {
  let rest = text
  for (const { start, end } of [...signatures].sort((a, b) => b.start - a.start)) rest = rest.slice(0, start) + rest.slice(end)
  return rest
}

const words = {
  missing: ['signature-missing', '这个来源的报文必须有数字签名,这一份没有', 'the source must sign, and this is not signed'],
  invalid: ['signature-invalid', '数字签名核验不通过', 'the signature does not hold'],
  untrusted: ['signature-untrusted', '数字签名不是信任的单位做的', 'the signer is not trusted'],
} as const

export function refuseSignature(bad: Bad, root: XmlElement): Reading {
  const [code, said, english] = words[bad.kind]
  const reason = bad.kind === 'missing' ? said : `${said}:${bad.why}`
  const messageEn = bad.kind === 'missing' ? english : `${english}: ${bad.english}`
  const hint =
    bad.kind === 'untrusted'
      ? '报文已留存。请打电话向发布单位核实内容;确是新证书的,由管理员把它加进 config/feeds.yaml 的 certificates'
      : '报文已留存,没有采用。请打电话向发布单位核实内容和签名;情况紧急时用“补录”人工录入'
  return {
    kind: 'refused',
    refusal: { code, reason, hint },
    problems: [{ code, severity: 'error', message: reason, messageEn, line: root.line, column: root.column }],
  }
}

export const unsignedRemark = (root: XmlElement): BulletinProblem => ({
  code: 'signature-missing',
  severity: 'remark',
  message: '这一份没有数字签名',
  messageEn: 'not signed',
  line: root.line,
  column: root.column,
})
