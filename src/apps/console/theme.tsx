import { App as AntApp, ConfigProvider, type ConfigProviderProps, theme } from 'antd'
import * as enUS from 'antd/es/locale/en_US.js'
import * as zhCN from 'antd/es/locale/zh_CN.js'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { useLanguage } from '../shared/language.js'

export type Appearance = 'dark' | 'light'
const Context = createContext<{ appearance: Appearance; setAppearance: (next: Appearance) => void }>({
  appearance: 'dark',
  setAppearance: () => undefined,
})
export const useAppearance = () => useContext(Context)

/** The package is typed as CommonJS and bundled as a module: its default is one level higher than the types say. */
const localeOf = (module: unknown) => (module as { default: ConfigProviderProps['locale'] & object }).default

const key = 'yinshi.appearance'
const firstAppearance = (): Appearance => (window.localStorage.getItem(key) === 'light' ? 'light' : 'dark')

const colours = {
  dark: { ground: '#0B1017', panel: '#121923', raised: '#18212D', line: '#223041', ink: '#E6EDF3', muted: '#8B9BAD', accent: '#38BDF8' },
  light: { ground: '#F3F5F8', panel: '#FFFFFF', raised: '#FFFFFF', line: '#D5DCE5', ink: '#10202F', muted: '#55657A', accent: '#0369A1' },
}

function antTheme(appearance: Appearance) {
  const c = colours[appearance]
  return {
    algorithm: appearance === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: c.accent,
      colorBgBase: c.ground,
      colorBgLayout: c.ground,
      colorBgContainer: c.panel,
      colorBgElevated: c.raised,
      colorBorder: c.line,
      colorBorderSecondary: c.line,
      colorText: c.ink,
      colorTextSecondary: c.muted,
      colorTextDescription: c.muted,
      colorLink: c.accent,
      colorError: '#E11D2E',
      borderRadius: 6,
      fontSize: 14,
      lineHeight: 20 / 14,
      controlHeight: 32,
      fontFamily: 'var(--font)',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    components: {
      Table: {
        headerBg: 'transparent',
        cellPaddingBlockSM: 6,
        headerSplitColor: 'transparent',
        rowHoverBg: appearance === 'dark' ? '#18212D' : '#F0F3F7',
      },
      Button: { primaryColor: appearance === 'dark' ? '#04121C' : '#FFFFFF', fontWeight: 500 },
      Tooltip: { colorBgSpotlight: appearance === 'dark' ? '#24313F' : '#10202F' },
      Segmented: { trackBg: appearance === 'dark' ? '#0B1017' : '#E6EBF1', itemSelectedBg: appearance === 'dark' ? '#24313F' : '#FFFFFF' },
    },
  }
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const { language } = useLanguage()
  const [appearance, setAppearance] = useState<Appearance>(firstAppearance)
  useEffect(() => {
    document.documentElement.dataset.theme = appearance
    window.localStorage.setItem(key, appearance)
  }, [appearance])
  const config = useMemo(() => antTheme(appearance), [appearance])
  const choice = useMemo(() => ({ appearance, setAppearance }), [appearance])
  return (
    <Context value={choice}>
      <ConfigProvider
        theme={config}
        locale={localeOf(language === 'zh' ? zhCN : enUS)}
        wave={{ disabled: true }}
        button={{ autoInsertSpace: false }}
        form={{ requiredMark: false }}
      >
        {/* Above the bar of actions: what an error asks to be pressed again must not lie under it. */}
        <AntApp notification={{ bottom: 96 }}>{children}</AntApp>
      </ConfigProvider>
    </Context>
  )
}
