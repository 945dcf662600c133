import { App } from 'antd'
import { useCallback } from 'react'
import { ApiError } from '../../shared/api.js'
import { HoldButton } from '../../shared/hold-button.js'
import { useSay } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { WidthNote } from './preview.js'

/**
 * The service refused because the audience is wider than the warning: both numbers, the grids outside, and a button that is held. Answers
 * false for any other error.
 */
export function useConfirmWide(): (error: unknown, again: (confirm: { audience: number }) => void) => boolean {
  const { modal } = App.useApp()
  const say = useSay()
  return useCallback(
    (error, again) => {
      if (!(error instanceof ApiError) || error.kind !== 'audience-too-wide') return false
      const { audience, warned, outside } = error.body as { audience: number; warned: number; outside: { place: string; name: string }[] }
      const shown = modal.confirm({
        title: say('没有发出:超出预警范围,请核对', 'Not sent: wider than the warning'),
        icon: null,
        width: 560,
        footer: null,
        closable: true,
        content: (
          <>
            <WidthNote width={{ audience, warned, outside }} />
            <HoldButton
              hint={say('按住 1 秒', 'hold for a second')}
              onHeld={() => {
                shown.destroy()
                again({ audience })
              }}
            >
              {say(`核对无误,通知 ${count(audience)} 人`, `Checked: tell ${count(audience)} people`)}
            </HoldButton>
          </>
        ),
      })
      return true
    },
    [modal, say],
  )
}
