import { useState } from 'react'
import { useSay } from '../../shared/language.js'
import { minuteTime } from '../../shared/times.js'
import { Empty } from '../parts/empty.js'
import { TopBar } from '../parts/top-bar.js'
import { useField } from '../state/field-context.js'
import type { FieldState } from '../state/field-store.js'
import { useTaskActions } from '../state/use-actions.js'
import { CopyButton } from './copy-button.js'
import { GroupCard } from './group-card.js'

type Post = FieldState['tasks'][number]

/** One message for many groups: copy once, then tick off group after group. */
function PostBundle({ posts }: { posts: Post[] }) {
  const say = useSay()
  const { posted } = useTaskActions()
  const [showCard, setShowCard] = useState(false)
  const first = posts[0]!
  const text = first.text ?? ''
  const open = posts.filter((post) => post.doneAt === null)
  return (
    <section className="card">
      <p className="card-title">
        <span>{say('要发到群里的话', 'Words for the groups')}</span>
        <span>
          {minuteTime(first.openedAt)} · {posts.length - open.length}/{posts.length}
        </span>
      </p>
      <p className="post-text">{text}</p>
      <CopyButton text={text} />
      {first.cardUrl !== null && (
        <button type="button" className="button" onClick={() => setShowCard(!showCard)}>
          {showCard ? say('收起图片', 'Hide the picture') : say('图片卡(长按保存)', 'Picture card (hold to save)')}
        </button>
      )}
      {showCard && first.cardUrl !== null && <GroupCard url={first.cardUrl} />}
      <ul className="list">
        {posts.map((post) => (
          <li key={post.id} className="line">
            <span>
              <b>{post.groupName ?? post.title}</b>
              {post.members !== null && <span className="sub">{say(`${post.members} 人`, `${post.members} members`)}</span>}
            </span>
            {post.doneAt === null ? (
              <button type="button" className="button go posted" onClick={() => posted(post)}>
                {say('已发', 'Posted')}
              </button>
            ) : (
              <span className={`chip go${post.pending > 0 ? ' pending' : ''}`}>
                {post.pending > 0 && '⇅ '}
                {minuteTime(post.doneAt)} {say('已发', 'posted')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

export function GroupsPage() {
  const say = useSay()
  const { tasks } = useField()
  const posts = tasks.filter((task) => task.kind === 'group-post')
  const byText = new Map<string, Post[]>()
  for (const post of posts) byText.set(post.text ?? '', [...(byText.get(post.text ?? '') ?? []), post])
  // What waits to be posted comes first, then the newest.
  const waits = (bundle: Post[]) => (bundle.some((post) => post.doneAt === null) ? 0 : 1)
  const bundles = Array.from(byText.values()).sort((a, b) => waits(a) - waits(b) || (a[0]!.openedAt < b[0]!.openedAt ? 1 : -1))
  return (
    <>
      <TopBar
        title={say('网格群', 'Grid groups')}
        under={say('复制 → 到群里粘贴 → 点“已发”', 'copy → paste in the group → press “posted”')}
      />
      <main className="page">
        {posts.length === 0 && (
          <Empty icon="groups" title={say('没有要发的', 'Nothing to post')}>
            <p>
              {say(
                '值班台转发给居民时,您管的群要发的话和图片卡会出现在这里。',
                'When the desk tells the residents, the words and the picture for your groups appear here.',
              )}
            </p>
          </Empty>
        )}
        {bundles.map((bundle) => (
          <PostBundle key={bundle[0]!.text} posts={bundle} />
        ))}
      </main>
    </>
  )
}
