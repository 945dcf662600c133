import type { Level } from '../warnings/warning.js'
import { adviceFor } from './advice.js'
import { html, type Markup, raw } from './html.js'
import { pageIcon } from './page-icon.js'
import type { PublicAlert, PublicPage } from './public-data.js'
import { drawMap } from './public-map.js'
import { publicStyle } from './public-style.js'
import { textsOf } from './public-words.js'
import { type Language, sayClock, sayTime } from './say-time.js'

/** ● 蓝 Ⅳ · ▲ 黄 Ⅲ · ◆ 橙 Ⅱ · ■ 红 Ⅰ: the level is a colour, a shape and a word, for eyes that do not tell colours apart. */
const shapes: Record<Level | 'notice' | 'calm', string> = {
  red: '<rect x="14" y="14" width="72" height="72" rx="6"/>',
  orange: '<path d="M50 4 96 50 50 96 4 50Z"/>',
  yellow: '<path d="M50 8 98 92H2Z"/>',
  blue: '<circle cx="50" cy="50" r="42"/>',
  unknown: '<path d="M50 4 96 50 50 96 4 50Z"/>',
  notice: '<rect x="8" y="18" width="84" height="64" rx="12"/>',
  calm: '<circle cx="50" cy="50" r="42"/>',
}
const numerals: Record<Level | 'notice' | 'calm', string> = {
  red: 'Ⅰ',
  orange: 'Ⅱ',
  yellow: 'Ⅲ',
  blue: 'Ⅳ',
  unknown: '?',
  notice: 'i',
  calm: '✓',
}

export function levelShape(level: Level | 'notice' | 'calm', fill: string, ink: string): Markup {
  const y = level === 'yellow' ? 80 : 67
  return raw(
    `<svg viewBox="0 0 100 100" aria-hidden="true"><g fill="${fill}">${shapes[level]}</g><text x="50" y="${y}" text-anchor="middle" font-size="48" font-weight="800" fill="${ink}" font-family="serif">${numerals[level]}</text></svg>`,
  )
}

const toneOf = (alert: PublicAlert): Level | 'notice' => (alert.origin === 'notice' ? 'notice' : (alert.level ?? 'unknown'))

/** The whole page as text; works without JavaScript, needs no second request. */
export function renderPublicPage(page: PublicPage, language: Language, answered?: 'safe' | 'help'): string {
  const t = textsOf[language]
  const [top, ...others] = page.alerts
  const tone = top ? toneOf(top) : 'calm'
  const body = html`
    ${header(page, language)}
    ${answered ? thanks(page, language, answered) : top ? banner(top, language) : calm(page, language)}
    <main>
      ${top && whatToDo(top, language)}
      ${others.length > 0 && otherAlerts(others, language)}
      ${page.ended.length > 0 && ended(page, language)}
      ${shelters(page, language, top !== undefined)}
      ${top && form(page, language)}
      ${calls(page, language)}
      ${top && facts(top, language)}
      ${drawMap(page, language, tone === 'calm' ? null : tone)}
      ${!top && form(page, language)}
    </main>
    <footer><div><p>${t.foot(page.placeName)}</p><p>${t.updated(sayTime(page.now, language))} · <a href="/?lang=${language}">${t.reload}</a></p></div></footer>
    ${page.sample && raw(watermark)}`
  return frame(language, `${top ? (language === 'zh' ? top.title : top.titleEn) : t.calm} · ${page.placeName}`, tone, body)
}

const frame = (language: Language, title: string, tone: string, body: Markup): string =>
  html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>${pageIcon}<meta name="theme-color" content="#0b1017"><link rel="alternate" type="application/atom+xml" href="/cap/atom.xml">
<style>${raw(publicStyle)}</style></head><body class="${tone}">${body}</body></html>`.text

const watermark = `<div class="mark" style="background-image:url(&quot;data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='260' height='180'%3E%3Ctext x='20' y='120' font-size='34' font-weight='700' font-family='sans-serif' transform='rotate(-24 130 90)'%3E演练数据%3C/text%3E%3C/svg%3E&quot;)"></div>`

function header(page: PublicPage, language: Language): Markup {
  const t = textsOf[language]
  const link = (to: Language, text: string) =>
    html`<a href="/?lang=${to}" lang="${to}" ${language === to && raw('aria-current="true"')}>${text}</a>`
  return html`<div class="bar"><div><b>${page.placeName}</b><span>${t.service}</span><nav aria-label="${t.languages}">${link('zh', '中文')}${link('en', 'English')}</nav></div></div>
    ${page.sample && html`<p class="sample" role="note">${t.sample}</p>`}`
}

function banner(alert: PublicAlert, language: Language): Markup {
  const t = textsOf[language]
  const tone = toneOf(alert)
  const until = alert.until ? t.until(sayTime(alert.until, language)) : t.untilLifted
  return html`<header class="banner" role="alert"><div>${levelShape(tone, 'var(--on)', 'var(--level)')}
    <p class="what">${tone === 'notice' ? t.noticeWord : t.levelWord[tone]}</p>
    <h1>${language === 'zh' ? alert.title : alert.titleEn}</h1>
    <p class="who"><b>${alert.station}</b><br>${t.issuedAt(sayTime(alert.issuedAt, language))}<br>${until}</p></div></header>`
}

function calm(page: PublicPage, language: Language): Markup {
  const t = textsOf[language]
  return html`<div class="calm"><header class="banner"><div>${levelShape('calm', 'var(--on)', 'var(--level)')}
    <p class="what">${page.placeName} · ${sayClock(page.now)}</p><h1>${t.calm}</h1><p class="who">${t.calmMore}</p></div></header></div>`
}

function thanks(page: PublicPage, language: Language, answered: 'safe' | 'help'): Markup {
  const t = textsOf[language]
  const [title, text] = answered === 'safe' ? [t.safeTaken, t.safeMore] : [t.helpTaken, t.helpMore(page.hotline)]
  return html`<div class="${answered === 'safe' ? 'calm' : 'notice'}"><header class="banner" role="status"><div>${levelShape(answered === 'safe' ? 'calm' : 'notice', 'var(--on)', 'var(--level)')}
    <p class="what">${page.placeName}</p><h1>${title}</h1><p class="who">${text}</p></div></header></div>`
}

function whatToDo(alert: PublicAlert, language: Language): Markup {
  const t = textsOf[language]
  const own = alert.text ? html`<p class="own">${alert.text}</p>` : null
  if (alert.origin === 'notice') return html`<section><h2>${t.whatNotice}</h2>${own}</section>`
  return html`<section><h2>${t.whatToDo}</h2><ol class="do">${adviceFor(alert.event, language).map((line) => html`<li>${line}</li>`)}</ol></section>`
}

function otherAlerts(alerts: PublicAlert[], language: Language): Markup {
  const t = textsOf[language]
  const one = (a: PublicAlert) =>
    html`<div class="more ${toneOf(a)}"><b>${language === 'zh' ? a.title : a.titleEn}</b><p>${a.text ?? adviceFor(a.event, language).join(language === 'zh' ? ';' : '; ')}</p><p>${t.issuedBy(a.station, sayTime(a.issuedAt, language))}</p></div>`
  return html`<section><h2>${t.also}</h2>${alerts.map(one)}</section>`
}

function ended(page: PublicPage, language: Language): Markup {
  const t = textsOf[language]
  return html`<section>${page.ended.map(
    (e) =>
      html`<div class="ended"><b>${e.calledOff ? t.calledOff(e.title, sayTime(e.at, language)) : t.lifted(e.title, e.station, sayTime(e.at, language))}</b>${!e.calledOff && t.doNotReturn}</div>`,
  )}</section>`
}

/** Where to go: what has room comes first. */
function shelters(page: PublicPage, language: Language, urgent: boolean): Markup | null {
  const t = textsOf[language]
  if (page.shelters.length === 0) return null
  const sorted = [...page.shelters].sort((a, b) => Number(b.free > 0) - Number(a.free > 0) || b.free - a.free)
  return html`<section><h2>${urgent ? t.whereToGo : t.knowWhere}</h2><ul class="go">${sorted
    .slice(0, 6)
    .map(
      (s) =>
        html`<li><b>${s.name}</b><div class="free ${s.free === 0 && 'full'}">${s.free > 0 ? html`${t.free}<b>${s.free}</b>` : t.full}</div><span>${s.address}</span></li>`,
    )}</ul></section>`
}

function form(page: PublicPage, language: Language): Markup {
  const t = textsOf[language]
  return html`<section id="safe"><h2>${t.tellUs}</h2><form class="say" method="post" action="/safe?lang=${language}" autocomplete="on">
    <p>${t.tellUsMore}</p>
    <label for="community">${t.community}</label><select id="community" name="community"><option value="">${t.communityUnknown}</option>${page.communities.map(
      (c) => html`<option value="${c.place}">${c.name}</option>`,
    )}</select>
    <label for="where">${t.where} <small>${t.whereHint}</small></label><input id="where" name="where" maxlength="120" autocomplete="street-address">
    <label for="name">${t.name} <small>${t.optional}</small></label><input id="name" name="name" maxlength="40" autocomplete="name">
    <label for="phone">${t.phone} <small>${t.phoneHint}</small></label><input id="phone" name="phone" maxlength="20" inputmode="tel" autocomplete="tel">
    <div class="two"><button class="safe" name="answer" value="safe">${t.iAmSafe}</button><button class="help" name="answer" value="help">${t.iNeedHelp}</button></div></form></section>`
}

const calls = (page: PublicPage, language: Language): Markup => {
  const t = textsOf[language]
  const call = (number: string, what: string, wide = false) =>
    html`<a class="${wide && 'wide'}" href="tel:${number.replace(/-/g, '')}">${what}<b>${number}</b></a>`
  return html`<section><h2>${t.callTitle}</h2><div class="call">${call(page.hotline, t.dutyRoom(page.placeName), true)}${call('119', t.fire)}${call('120', t.ambulance)}${call('110', t.police)}</div></section>`
}

function facts(alert: PublicAlert, language: Language): Markup {
  const t = textsOf[language]
  const row = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`
  const until = alert.until ? sayTime(alert.until, language) : t.untilLifted
  const areas = alert.communities.slice(0, 12).join(language === 'zh' ? '、' : ', ') + (alert.communities.length > 12 ? ' …' : '')
  return html`<section><h2>${t.whoSays}</h2><dl class="facts">${row(t.source, alert.station)}${row(t.since, sayTime(alert.issuedAt, language))}${row(t.end, until)}${row(t.areas, areas)}</dl></section>`
}
