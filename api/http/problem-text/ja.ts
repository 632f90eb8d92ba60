/** What the service says of a problem, in Japanese. */
import { translationOf } from "../../../shared/text/sentence.ts";
import { en } from "./en.ts";

/** By the keys of the English sentences. */
export const ja = translationOf(en, {
  "bad-host.title": "Hostヘッダーを使えません",
  "bad-host.detail":
    "この名前では応答できません。ホスト名ではないか、このサービスの名前として設定されていません。サービス本来のhttpsのアドレスで呼び出してください。プロキシの内側で動かす場合は、運用者がIKEFRAG_PUBLIC_URLを設定する必要があります。",
  "malformed-json.title": "本文がJSONではありません",
  "malformed-json.detail":
    "本文をJSONとして読めません：{reason}。UTF-8のJSONオブジェクトを1つ送ってください。",
  "empty-body.title": "本文が空です",
  "empty-body.detail":
    "0バイトのため解析できません。キャプチャファイルそのものを本文として送ってください（curl: --data-binary @FILE）。",
  "client-gone.title": "接続が途中で切れました",
  "client-gone.detail": "最後まで届く前に接続が切れたため、受け取れませんでした。もう一度送ってください。",
  "invalid-fields.title": "正しくない項目があります",
  "invalid-fields.detail": "{target} を受け付けられません。「errors」に場所と理由があります。",
  "malformed-form.title": "フォームを読み取れません",
  "malformed-form.detail":
    "フォームを読み取れません：{reason}。multipart/form-dataで、ファイルより先に項目を送ってください。",
  "token-missing.title": "トークンが必要です",
  "token-missing.detail":
    "トークンがないため実行できません。「Authorization: Bearer ikf_…」を付けるか、コンソールにサインインしてください。",
  "token-refused.title": "トークンが無効です",
  "token-refused.detail": "トークンを受け付けられません。未登録か、取り消し済みか、別の対象のものです。",
  "role-too-low.title": "管理者の権限が必要です",
  "role-too-low.detail": "{role} の権限では実行できません。管理者に依頼してください。",
  "passkey-refused.title": "パスキーを使えません",
  "passkey-refused.detail":
    "このパスキーではサインインできません。未登録か、操作に時間がかかりすぎました。もう一度試すか、管理者にサインイン用リンクを依頼してください。",
  "passkey-unusable.title": "パスキーを追加できません",
  "passkey-unusable.detail":
    "パスキーを追加できません。操作に時間がかかりすぎたか、別のサイト用のものか、すでに登録されています。もう一度試してください。",
  "members-only.title": "メンバーだけの操作です",
  "members-only.detail":
    "トークンでは実行できません。パスキーはメンバーのものです。先にサインイン用リンクでサインインしてください。",
  "member-not-found.title": "そのメンバーはいません",
  "member-not-found.detail": "メンバーが見つかりません。「GET /v1/members」に一覧があります。",
  "setting-fixed.title": "この設定は環境変数で決められています",
  "setting-fixed.detail":
    "{names}は変更できません。サービスの環境変数で決められています。サービスの運用者に依頼してください。",
  "last-admin.title": "最後の管理者です",
  "last-admin.detail": "実行すると管理者がいなくなります。先にほかのメンバーを管理者にしてください。",
  "idempotency-key-in-use.title": "同じリクエストを処理中です",
  "idempotency-key-in-use.detail":
    "まだ応答できません。このIdempotency-Keyの最初のリクエストを処理しています。少し待ってから送り直してください。",
  "idempotency-key-reused.title": "Idempotency-Keyは別のリクエストのものです",
  "idempotency-key-reused.detail":
    "このIdempotency-Keyは別のリクエストで使われています。リクエストごとに新しい値にしてください。",
  "api-token-not-found.title": "そのトークンはありません",
  "api-token-not-found.detail":
    "トークンが見つからないか、すでに取り消されています。「GET /v1/tokens」に一覧があります。",
  "session-not-found.title": "そのセッションはありません",
  "session-not-found.detail": "自分のセッションの中に見つかりません。「GET /v1/sessions」に一覧があります。",
  "passkey-not-found.title": "そのパスキーはありません",
  "passkey-not-found.detail": "自分のパスキーの中に見つかりません。「GET /v1/passkeys」に一覧があります。",
  "identity-provider-unreachable.title": "IDプロバイダーが応答しません",
  "identity-provider-unreachable.detail":
    "本人を確認できません。IDプロバイダーの鍵を取得できない状態です。しばらくしてからやり直してください。",
  "cross-site.title": "別のサイトからのリクエストです",
  "cross-site.detail": "別のサイトからの変更は受け付けません。このサービスのページから操作してください。",
  "not-found.title": "見つかりません",
  "not-found.detail": "{method} {path} はありません。「/docs」に一覧があります。",
  "report-not-found.title": "そのレポートはありません",
  "report-not-found.detail":
    "レポートが見つかりません。ID（IKF-XXXXX-XXXXX-X）を1文字ずつ確かめてください。保存期間を過ぎたものは削除されます。",
  "capture-not-found.title": "レポートにキャプチャがありません",
  "capture-not-found.detail": "キャプチャがありません。送られていないか、{days}日を過ぎて削除されました。",
  "case-not-found.title": "そのケースはありません",
  "case-not-found.detail": "ケースが見つかりません。「GET /v1/cases」に一覧があります。",
  "file-not-found.title": "そのファイルはケースにありません",
  "file-not-found.detail": "ファイルが見つかりません。ケースにあるものはGET /v1/cases/IDで確認できます。",
  "code-unknown.title": "ケースコードが見つかりません",
  "code-unknown.detail":
    "このコードのケースはありません。1文字ずつ確かめるか、ヘルプデスクに新しいコードを依頼してください。",
  "script-not-found.title": "そのスクリプトはありません",
  "script-not-found.detail":
    "{file} はありません。エージェントは {url}（Node.jsかDenoで実行）、{windows}（PowerShellで実行）、{shell}（shで実行）です。",
  "release-not-found.title": "エージェントのそのファイルはありません",
  "release-not-found.detail":
    "このファイルはありません。このサービスにあるエージェントはバージョン{version}で、ファイルの一覧は {url} です。",
  "webhook-not-found.title": "そのWebhookはありません",
  "webhook-not-found.detail": "Webhookが見つかりません。GET /v1/webhooksの一覧を確認してください。",
  "delivery-not-found.title": "そのWebhookの配信はありません",
  "delivery-not-found.detail":
    "配信が見つかりません。GET /v1/webhooks/ID/deliveriesの過去30日分を確認してください。",
  "too-many-webhooks.title": "Webhookの数が上限に達しました",
  "too-many-webhooks.detail": "Webhookは{most}件までです。不要なものを削除してください。",
  "webhook-disabled.title": "Webhookが無効になっています",
  "webhook-disabled.detail":
    "無効なWebhookには送れません。受信側を直し、PATCHで有効にしてから送り直してください。",
  "method-not-allowed.title": "このメソッドは使えません",
  "method-not-allowed.detail": "{method} は使えません。使えるのは {allowed} です。",
  "report-lost.title": "レポートの一部が失われています",
  "report-lost.detail":
    "レポートを表示できません。保存したデータの一部がなくなったか、壊れています。もう一度測定すると新しいレポートができます。運用者は、リクエストID {requestId} のログにあるオブジェクトをバックアップから戻せます。",
  "report-not-ready.title": "レポートがまだありません",
  "report-not-ready.detail":
    "最後のラウンドの前にはキャプチャを受け取れません。「done」が返るまでラウンドを送ってください。",
  "code-expired.title": "ケースコードの期限が切れています",
  "code-expired.detail":
    "このコードは {at} に期限が切れました。ヘルプデスクに新しいコードを依頼してください。",
  "code-revoked.title": "ケースコードは取り消されています",
  "code-revoked.detail": "このコードはヘルプデスクが取り消しました。新しいコードを依頼してください。",
  "code-used-up.title": "ケースコードの使用回数を超えました",
  "code-used-up.detail":
    "このコードは上限の{max}回まで使われました。ヘルプデスクに新しいコードを依頼してください。",
  "run-expired.title": "実行の期限が切れています",
  "run-expired.detail": "この実行は {at} に終わりました。エージェントをもう一度起動してください。",
  "review-stale.title": "レポートが先に更新されています",
  "review-stale.detail": "新しい内容に上書きできません。レポートを読み直し、そのETagでやり直してください。",
  "body-too-large.title": "本文が大きすぎます",
  "body-too-large.detail":
    "{max}バイトを超えるため受け取れません。UDP 500と4500、ICMP、IPフラグメントだけを採取するか、先に「ikefrag minimize」で小さくしてください。",
  "json-too-large.title": "本文が大きすぎます",
  "json-too-large.detail": "JSONは{max}バイトまでです。キャプチャはJSONに入れずそのまま送ってください。",
  "text-too-large.title": "テキストが大きすぎます",
  "text-too-large.detail":
    "{max}バイトを超えるテキストは受け取れません。接続に失敗した部分だけを渡してください。",
  "form-too-large.title": "ファイルの合計が大きすぎます",
  "form-too-large.detail": "一度に受け取れるのは{max}バイトまでです。一部のファイルを外してください。",
  "too-many-files.title": "ファイルが多すぎます",
  "too-many-files.detail": "一度に受け取れるのは{max}個までです。残りは外すか、後で渡してください。",
  "case-quota.title": "ケースの送信上限を超えました",
  "case-quota.detail": "1つのケースで送れるのは合計{max}バイトです。新しいケースを作成してください。",
  "case-files-full.title": "このケースにはこれ以上ファイルを追加できません",
  "case-files-full.detail":
    "このファイルは受け取れません。1つのケースに保存できるゲートウェイ側のファイルは{max}個、ログは合計{bytes}バイトまでです。先にどれかを削除するか、失敗したログインの部分だけを送ってください。",
  "unsupported-media-type.title": "Content-Typeを扱えません",
  "unsupported-media-type.detail":
    "{given} は読めません。{accepted} で送ってください（curl: -H 'content-type: …'）。",
  "unreadable-capture.title": "キャプチャとして読めません",
  "unreadable-capture.detail": "キャプチャを読めません。{reason}",
  "unknown-text.title": "読み取れるものがテキストにありません",
  "unknown-text.detail":
    "このテキストは使えません。ikefragが読み取れるコマンドの出力がありません。ping、netsh、ip、ifconfig、tracepath、tcpdumpなどの出力を、入力したコマンドの行から貼り付けてください。",
  "unknown-json.title": "JSONが測定データではありません",
  "unknown-json.detail":
    "このJSONは使えません：{reason}。ikefrag probe --saveで保存した測定データか、GET /v1/reports/IDで得たレポートのJSONを渡してください。",
  "no-login-messages.title": "テキストにIKEメッセージがありません",
  "no-login-messages.detail":
    "このテキストは使えません。IKEメッセージについての行がありません。ログインが失敗した時刻のIKEデーモンのログか、キャプチャを送ってください。",
  "wrong-target.title": "別のゲートウェイの測定です",
  "wrong-target.detail": "ほかの宛先の測定からは {gateway} を診断できません。「errors」を見てください。",
  "precondition-required.title": "If-Matchが必要です",
  "precondition-required.detail":
    "If-Matchがないため変更できません。読んだレポートのETagをIf-Matchに付けてください。",
  "too-many-requests.title": "アクセス回数が上限を超えました",
  "too-many-requests.detail": "1つのアドレスから{window}秒間に{quota}回までです。{seconds}秒お待ちください。",
  "too-many-rounds.title": "この実行からの送信が多すぎます",
  "too-many-rounds.detail": "1回の実行で送れるのは{max}回までです。エージェントをもう一度起動してください。",
  "internal.title": "サービスでエラーが起きました",
  "internal.detail":
    "サービス側の不具合で応答できません。運用者にリクエストID {requestId} を伝えてください。",
  "store-unreachable.title": "保存先が応答しません",
  "store-unreachable.detail":
    "索引または保存されたデータに接続できません。少し待ってからお試しください。どちらがなぜ応答しないかは、ログに記録されています。",
  "store-unavailable.title": "いまは保存も読み出しもできません",
  "store-unavailable.detail":
    "サービスの保存先が使えないため、いまは処理できません。{seconds}秒たってからもう一度お試しください。それでもできないときは、運用者にリクエストID {requestId} を伝えてください。",
  "shutting-down.title": "サービスは再起動中です",
  "shutting-down.detail":
    "サービスが終了するところなので、いまは受け付けられません。数秒たってからもう一度お試しください。",
});
