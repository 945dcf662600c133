/** The residents' page: read by somebody of 80, at night, on an old phone. 20/30 text, nothing smaller than 16, one column. */
export const publicStyle = /* css */ `
:root{--ink:#0f1720;--muted:#4b5a6b;--line:#d6dee6;--ground:#f4f7fa;--card:#fff;--accent:#0b5cad;--level:#2f6f4f;--on:#fff;--soft:#e8f3ec}
.red{--level:#e11d2e;--on:#fff;--soft:#fdecee}.orange{--level:#f97316;--on:#1c0d00;--soft:#fff1e6}
.yellow{--level:#f5c518;--on:#1c1600;--soft:#fff9e0}.blue{--level:#3b82f6;--on:#04122b;--soft:#e8f1ff}
.unknown{--level:#f97316;--on:#1c0d00;--soft:#fff1e6}.notice{--level:#0b5cad;--on:#fff;--soft:#e7f0fa}
*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:20px/30px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif}
main,.bar>div,footer>div{max-width:760px;margin:0 auto;padding:0 20px}
a{color:var(--accent)}h1,h2,p,ol,ul,dl,dd{margin:0;padding:0}
.bar{background:#0b1017;color:#e6edf3}.bar>div{display:flex;align-items:center;gap:12px;min-height:56px;font-size:18px}
.bar span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.bar b{font-weight:700;letter-spacing:.02em;white-space:nowrap}.bar nav{margin-left:auto;display:flex;gap:4px;white-space:nowrap}
.bar nav a{color:#cbd5e1;text-decoration:none;padding:9px 14px;border-radius:10px;min-height:48px}.bar nav a[aria-current]{background:#223041;color:#fff}
.sample{background:#4c1d95;color:#fff;text-align:center;font-size:18px;padding:7px 16px;font-weight:600}
.banner{background:var(--level);color:var(--on)}
.banner>div{max-width:760px;margin:0 auto;padding:28px 20px 30px;display:grid;grid-template-columns:auto 1fr;gap:6px 22px;align-items:center}
.banner svg{width:104px;height:104px;display:block;grid-row:span 2}
.banner .what{font-size:20px;line-height:28px;font-weight:600;opacity:.95}
.banner h1{font-size:clamp(36px,10vw,60px);line-height:1.14;font-weight:800;letter-spacing:.01em;text-wrap:balance}
.banner .who{grid-column:1/-1;margin-top:12px;padding-top:14px;border-top:2px solid color-mix(in srgb,var(--on) 30%,transparent);font-size:20px;line-height:30px;font-weight:500}
.calm .banner{--level:#14532d;--on:#f0fdf4}
section{margin:28px 0}h2{font-size:26px;line-height:34px;font-weight:800;margin-bottom:12px}
.do{list-style:none;display:grid;gap:10px;counter-reset:n}
.do li{counter-increment:n;display:flex;align-items:center;gap:18px;background:var(--card);border:1px solid var(--line);border-left:10px solid var(--level);border-radius:14px;padding:16px 20px;font-size:clamp(23px,6.4vw,30px);line-height:1.35;font-weight:700;text-wrap:balance}
.do li::before{content:counter(n);flex:none;width:44px;height:44px;border-radius:50%;background:var(--level);color:var(--on);display:grid;place-items:center;font-size:24px}
.own{background:var(--card);border:1px solid var(--line);border-left:10px solid var(--level);border-radius:14px;padding:18px 20px;font-size:24px;line-height:36px;font-weight:600;white-space:pre-line}
.go{list-style:none;display:grid;gap:10px}
.go li{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 18px;display:grid;grid-template-columns:1fr auto;gap:2px 16px;align-items:center}
.go b{font-size:24px;line-height:32px}.go span{color:var(--muted);font-size:18px;line-height:26px}
.go .free{grid-row:span 2;text-align:center;background:#e8f3ec;color:#14532d;border-radius:12px;padding:8px 14px;font-size:18px;line-height:24px}
.go .free b{display:block;font-size:30px;line-height:34px;font-variant-numeric:tabular-nums}.go .full{background:#fdecee;color:#8f1220}
.say{background:var(--card);border:1px solid var(--line);border-radius:18px;padding:20px}
.say label{display:block;font-weight:600;margin:14px 0 6px}.say input,.say select,.say textarea{width:100%;font:inherit;font-size:20px;padding:12px 14px;border:2px solid #9fb0c0;border-radius:12px;background:#fff;color:var(--ink);min-height:56px}
.say textarea{min-height:96px}.say small{font-size:17px;line-height:24px;color:var(--muted);font-weight:400}
.two{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin-top:18px}
button{font:inherit;font-size:24px;font-weight:800;min-height:84px;border:0;border-radius:16px;padding:12px;cursor:pointer;color:#fff}
.safe{background:#166534}.help{background:#b91c1c}button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible,summary:focus-visible{outline:4px solid #0ea5e9;outline-offset:2px}
.call{display:grid;grid-template-columns:repeat(3,1fr);gap:12px}
.call a{display:block;text-align:center;text-decoration:none;background:var(--card);border:2px solid var(--accent);border-radius:14px;padding:10px 6px;font-size:18px;line-height:26px;color:var(--accent)}
.call b{display:block;font-size:28px;line-height:36px;font-variant-numeric:tabular-nums;white-space:nowrap}.call .wide{grid-column:1/-1}.call .wide b{font-size:34px;line-height:42px}
.facts{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:8px 18px}
.facts div{display:grid;grid-template-columns:7.5em 1fr;gap:12px;padding:10px 0;border-top:1px solid var(--line)}.facts div:first-child{border:0}
.facts dt{color:var(--muted)}.facts dd{font-weight:600}
.map{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:12px}.map svg{width:100%;height:auto;display:block}
.key{display:flex;flex-wrap:wrap;gap:6px 20px;font-size:18px;line-height:26px;color:var(--muted);padding:10px 6px 2px}.key i{display:inline-block;width:18px;height:18px;border-radius:5px;margin-right:8px;vertical-align:-3px;background:var(--level)}
.more{background:var(--card);border:1px solid var(--line);border-left:10px solid var(--level);border-radius:14px;padding:16px 20px;margin-top:10px}.more b{font-size:24px;line-height:32px}
.ended{background:#e8f3ec;border:1px solid #b7d9c3;border-radius:14px;padding:18px 20px;font-size:22px;line-height:32px;margin-top:10px}.ended b{display:block}
footer{border-top:1px solid var(--line);margin-top:40px;padding:22px 0 40px;color:var(--muted);font-size:17px;line-height:26px}
.mark{position:fixed;inset:0;pointer-events:none;z-index:9;opacity:.055;background-repeat:repeat}
@media(min-width:700px){.banner svg{width:136px;height:136px}.banner>div{padding:40px 20px}}
@media(max-width:380px){.two{grid-template-columns:1fr}.banner svg{width:80px;height:80px}.facts div{grid-template-columns:1fr;gap:0}}
@media print{.bar nav,.say,.mark{display:none}.banner{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
