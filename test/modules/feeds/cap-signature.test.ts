import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { SignedXml } from 'xml-crypto'
import type { Reading } from '../../../src/feeds/bulletin.js'
import { readCap } from '../../../src/feeds/cap/read-cap.js'
import { sourceSettingsSchema } from '../../../src/feeds/source-settings.js'
import { makeCertificate } from '../../rig/certificate.js'
import { readContext } from '../../rig/reading.js'
import { runs } from '../../rig/runs.js'
import { makeCap } from '../../rig/samples/make-cap.js'

type Signature = { policy: 'ignore' | 'prefer' | 'require'; certificates?: string[]; allowSha1?: boolean }
const read = (xml: string | Buffer, signature: Signature): Reading =>
  readCap(Buffer.from(xml), readContext({ settings: sourceSettingsSchema.parse({ signature }) }))
const verdict = (reading: Reading) =>
  reading.kind === 'refused' ? reading.refusal.code : reading.kind === 'messages' ? 'read' : reading.kind

const office = makeCertificate('气象台(演练)')
const stranger = makeCertificate('stranger.example')
const rsa = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

interface How {
  by?: typeof office
  canonical?: string
  method?: string
  digest?: string
  prefix?: string
  keyInfo?: boolean
  part?: string
}
function sign(xml: string, how: How = {}): string {
  const { by = office, canonical = inclusive, method = rsa, digest = sha256, prefix, keyInfo = true, part } = how
  const signer = new SignedXml({
    privateKey: by.key,
    publicCert: by.certificate,
    signatureAlgorithm: method as never,
    canonicalizationAlgorithm: canonical as never,
    ...(keyInfo ? {} : { getKeyInfoContent: () => null }),
  })
  signer.addReference({
    xpath: part ?? '/*',
    transforms: [enveloped, canonical],
    digestAlgorithm: digest,
    isEmptyUri: part === undefined,
  } as never)
  signer.computeSignature(xml, prefix ? { prefix } : {})
  return signer.getSignedXml()
}
const trusting = (policy: 'prefer' | 'require', ...certificates: string[]) => ({ policy, certificates })

t.test('a policy decides what a signature is worth', async (t) => {
  const plain = makeCap()
  const signed = sign(plain)
  t.equal(verdict(read(signed, { policy: 'ignore' })), 'read')
  t.equal(verdict(read(plain, trusting('require', office.certificate))), 'signature-missing')
  const preferred = read(plain, trusting('prefer', office.certificate))
  t.match(preferred, { kind: 'messages', problems: [{ code: 'signature-missing', severity: 'remark' }] })
  for (const policy of ['prefer', 'require'] as const) {
    t.match(read(signed, trusting(policy, stranger.certificate, office.certificate)), { kind: 'messages', problems: [] }, policy)
    t.equal(verdict(read(signed, trusting(policy, stranger.certificate))), 'signature-untrusted')
  }
  const refused = read(signed, trusting('require', stranger.certificate))
  t.match(refused, { refusal: { reason: /气象台\(演练\)/, hint: /certificates/ }, problems: [{ line: 2, messageEn: /not trusted/ }] })
})

t.test(
  'the usual ways of writing a signature: inclusive and exclusive, prefixed, after a byte-order mark, with Windows line ends',
  async (t) => {
    const trust = trusting('require', office.certificate)
    for (const how of [{}, { canonical: exclusive }, { prefix: 'ds' }, { prefix: 'ds', canonical: exclusive }])
      t.equal(verdict(read(sign(makeCap(), how), trust)), 'read', JSON.stringify(how))
    t.equal(verdict(read(`\ufeff${sign(makeCap())}`, trust)), 'read')
    t.equal(verdict(read(sign(makeCap()).replaceAll('\n', '\r\n'), trust)), 'read')
    const declared = makeCap().replace('<alert ', '<alert xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ')
    const lean = sign(declared, { prefix: 'ds', canonical: exclusive }).replace(
      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
      '<ds:Signature>',
    )
    t.equal(verdict(read(lean, trust)), 'read', 'the prefix may be declared at the root')
  },
)

t.test('changed, cut or forged', async (t) => {
  const trust = trusting('require', office.certificate)
  const signed = sign(makeCap())
  const change = (from: string | RegExp, to: string) => {
    const changed = signed.replace(from, to)
    t.not(changed, signed)
    return verdict(read(changed, trust))
  }
  t.equal(change('暴雨红色', '暴雨蓝色'), 'signature-invalid')
  t.equal(change('31.10,108.30', '31.11,108.30'), 'signature-invalid')
  t.equal(change('</alert>', '<info><event>x</event></info></alert>'), 'signature-invalid', 'an info more')
  t.equal(change(/<SignatureValue>..../, '<SignatureValue>AAAA'), 'signature-invalid')
  t.equal(change(/<DigestValue>..../, '<DigestValue>AAAA'), 'signature-invalid')
  t.equal(change(/<SignedInfo>.*<\/SignedInfo>/s, ''), 'signature-invalid')
  t.equal(change(/<Signature .*<\/Signature>/s, ''), 'signature-missing')
  t.equal(change(/<KeyInfo>.*<\/KeyInfo>/s, ''), 'read', 'trust comes from config, not from what the message brings')
  const bare = sign(makeCap(), { keyInfo: false })
  t.equal(verdict(read(bare, trust)), 'read')
  t.equal(verdict(read(bare, trusting('require', stranger.certificate))), 'signature-untrusted', 'nobody knows who signed')
  const forged = sign(makeCap({ headline: '假的红色预警' }), { by: stranger })
  const brought = office.certificate.replace(/-----.*-----|\s/g, '')
  t.equal(verdict(read(forged.replace(/<X509Certificate>[^<]*/, `<X509Certificate>${brought}`), trust)), 'signature-invalid')
})

t.test('wrapping: only what the signature covers is read', async (t) => {
  const trust = trusting('require', office.certificate)
  const signed = sign(makeCap({ identifier: 'TRUE' })).replace(/<\?xml.*\?>\s*/, '')
  const fake = makeCap({ identifier: 'FAKE' }).replace(/<\?xml.*\?>\s*/, '')
  t.equal(verdict(read(`<alerts>${fake}${signed}</alerts>`, trust)), 'signature-missing', 'a signature further down covers not the whole')
  t.equal(verdict(read(fake.replace('</alert>', `<wrapped>${signed}</wrapped></alert>`), trust)), 'signature-missing')
  const signature = /<Signature .*<\/Signature>/s.exec(signed)![0]
  t.equal(
    verdict(read(fake.replace('</alert>', `${signature}<old>${signed.replace(signature, '')}</old></alert>`), trust)),
    'signature-invalid',
  )
  const part = sign(makeCap({ extra: '<code>x</code>' }), { part: "//*[local-name(.)='code']" })
  t.equal(verdict(read(part, trust)), 'signature-invalid', 'a part is not the whole')
  const commented = signed.replace('<headline>', '<headline><!-- not signed -->')
  const reading = read(commented, trust)
  t.match(reading.kind === 'messages' && reading.messages[0]!.headline, '气象台(演练)发布暴雨红色预警信号')
  const before = fake.replace(/<alert[^>]*>/, (tag) => `${tag}${signature}`)
  t.equal(verdict(read(before, trust)), 'signature-invalid')
})

t.test('wrapping: what stands inside the signature itself is not signed either', async (t) => {
  const [truth, fake] = ['TRUE', 'FAKE'].map((identifier) => makeCap({ identifier }).replace(/<\?xml.*\?>\s*/, ''))
  const wrapped = sign(`<alerts>${truth}</alerts>`).replace('</Signature>', `<Object>${fake}</Object></Signature>`)
  const identifiers = (reading: Reading) => reading.kind === 'messages' && reading.messages.map((m) => m.identifier)
  t.same(identifiers(read(wrapped, { policy: 'ignore' })), ['TRUE', 'FAKE'])
  t.same(identifiers(read(wrapped, trusting('require', office.certificate))), ['TRUE'])
})

t.test('two signers: one that is trusted is enough', async (t) => {
  const [first, second] = [sign(makeCap()), sign(makeCap(), { by: stranger })]
  const other = /<Signature .*<\/Signature>/s.exec(second)![0]
  const both = first.replace('</alert>', `${other}</alert>`)
  for (const one of [office, stranger]) t.equal(verdict(read(both, trusting('require', one.certificate))), 'read')
  t.equal(verdict(read(both, trusting('require', makeCertificate('third').certificate))), 'signature-untrusted')
  t.equal(verdict(read(both.replace('红色', '蓝色'), trusting('require', office.certificate, stranger.certificate))), 'signature-invalid')
  const many = first.replace('</alert>', `${other.repeat(4)}</alert>`)
  t.equal(verdict(read(many, trusting('require', office.certificate))), 'signature-invalid', 'bounded')
})

t.test('SHA-1 is refused unless the source is allowed it', async (t) => {
  for (const how of [{ method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }, { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' }]) {
    const signed = sign(makeCap(), how)
    t.match(read(signed, trusting('require', office.certificate)), { refusal: { code: 'signature-invalid', reason: /SHA-1/ } })
    t.equal(verdict(read(signed, { ...trusting('require', office.certificate), allowSha1: true })), 'read')
  }
})

t.test('lines of problems are those of the file', async (t) => {
  const signed = sign(makeCap({ area: '<polygon>1,2 3,4 1,2</polygon>' }))
  const line = signed.split('\n').findIndex((l) => l.includes('<polygon>')) + 1
  const reading = read(signed, trusting('require', office.certificate))
  t.match(reading.kind === 'messages' && reading.messages[0]!.problems[0], {
    code: 'polygon-too-few',
    line,
    path: '/alert[1]/info[1]/area[1]/polygon[1]',
  })
})

t.test('property: whatever is done to the bytes, what is read is what was signed', async () => {
  const signed = Buffer.from(sign(makeCap()))
  const trust = trusting('require', office.certificate)
  const original = read(signed, trust)
  const said = original.kind === 'messages' && { ...original.messages[0], problems: [] }
  const pieces = ['<', '>', '&lt;', '</alert>', '<info>', '<!-- x -->', '<![CDATA[x]]>', '红', ' ', '\n', 'A', signed.toString()]
  const change = fc.record({ at: fc.nat(), length: fc.nat(30), put: fc.constantFrom('', ...pieces) })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let bytes = signed
      for (const { at, length, put } of changes) {
        const from = at % bytes.length
        bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(put), bytes.subarray(from + length)])
      }
      const reading = read(bytes, trust)
      if (reading.kind !== 'messages') return reading.problems.length > 0
      return reading.messages.length === 1 && isDeepStrictEqual({ ...reading.messages[0], problems: [] }, said)
    }),
    runs(300),
  )
})

const samplesDir = process.env.SAMPLES_DIR
const google = samplesDir ? join(samplesDir, 'feeds/google-cap-library/testdata') : ''
t.test('signed alerts of others', { skip: existsSync(join(google, 'canada_signed.cap')) ? false : 'SAMPLES_DIR is not set' }, async (t) => {
  const file = (path: string) => readFileSync(join(samplesDir!, 'feeds', path))
  const pem = (name: string) => file(`google-cap-library/testdata/${name}`).toString().trim()
  const canada = file('google-cap-library/testdata/canada_signed.cap')
  const [naads, eccc] = [pem('naads_x509_cert.pem'), pem('environment_canada_x509_cert.pem')]
  for (const certificate of [naads, eccc]) {
    t.equal(verdict(read(canada, { policy: 'require', certificates: [certificate], allowSha1: true })), 'read')
    t.match(read(canada, trusting('require', certificate)), { refusal: { reason: /SHA-1/ } })
  }
  t.equal(verdict(read(canada, { policy: 'require', certificates: [office.certificate], allowSha1: true })), 'signature-untrusted')
  const tampered = canada.toString().replace('Actual', 'Actual ')
  t.equal(verdict(read(tampered, { policy: 'require', certificates: [naads, eccc], allowSha1: true })), 'signature-invalid')
  for (const path of ['ipaws-5e6dd964023f1930ef638846.xml', 'ipaws-5e6ddbad023f1930ef6c1a5a.xml', 'ipaws-5e7e0fc5023f1930efcf3deb.xml']) {
    const bytes = file(`oasiscap/${path}`)
    t.match(read(bytes, trusting('require', office.certificate)), { refusal: { code: 'signature-untrusted', reason: /FEMA IPAWS/ } }, path)
    const own = `-----BEGIN CERTIFICATE-----\n${/X509Certificate>([^<]*)</.exec(bytes.toString())![1]!.trim()}\n-----END CERTIFICATE-----`
    t.equal(verdict(read(bytes, trusting('require', own))), 'read', path)
  }
  // These bring a bare key, or a signature that was cut out.
  for (const [path, code] of [
    ['google-cap-library/testdata/earthquake_signed.cap', 'signature-untrusted'],
    ['sahana-eden-sambro/TropicalCyclone20150806.xml', 'signature-untrusted'],
    ['oasiscap/google-PAAQ-4-mg5a94.xml', 'signature-invalid'],
  ] as const)
    t.equal(verdict(read(file(path), { policy: 'require', certificates: [office.certificate], allowSha1: true })), code, path)
})
