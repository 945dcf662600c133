import { Button } from 'antd'
import { Component, type ReactNode } from 'react'

interface MishapProps {
  children: ReactNode
  words: { what: string; safe: string; again: string }
}
/** A fault in one screen never takes the whole desk away: the bar, the bell and the other screens stay. */
export class Mishap extends Component<MishapProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    const { what, safe, again } = this.props.words
    return (
      <div className="errorbox mishap" role="alert">
        <b>{what}</b>
        <span>{safe}</span>
        <Button onClick={() => this.setState({ failed: false })}>{again}</Button>
      </div>
    )
  }
}
