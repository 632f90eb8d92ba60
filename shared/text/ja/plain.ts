/** The first screen of a fix card. Japanese. */
import { plain as english } from "../en/plain.ts";
import { translationOf } from "../sentence.ts";

/** By the keys of the English sentences. */
export const plain = translationOf(english, {
  "plain.likely": "最も可能性が高い原因：{title}",
  "plain.outbound-fragments-too-large.title": "お使いのネットワークで、大きなメッセージが失われています",
  "plain.outbound-fragments-too-large.what":
    "VPNはログインのときに大きなメッセージを1つ送りますが、それが途中で失われています。このPCが送るパケットを少し小さくすれば回避できます。",
  "plain.outbound-fragments-dropped.title": "お使いのネットワークで、大きなメッセージが失われています",
  "plain.outbound-fragments-dropped.what":
    "VPNはログインのときに大きなメッセージをいくつかに分けて送りますが、どれだけ小さく分けても途中で捨てられています。このPCの設定では変えられません。",
  "plain.inbound-fragments-lost.title": "VPNサーバーからの応答が届いていません",
  "plain.inbound-fragments-lost.what":
    "このPCが送ったものは届いています。サーバーからの応答は大きく、それが途中で失われています。このPCの設定では変えられません。",
  "plain.ike-auth-unanswered.title": "VPNサーバーがログインに応答していません",
  "plain.ike-auth-unanswered.what":
    "接続は始まりますが、そのあとの大きなログインのメッセージに応答がありません。どこで失われているかは、まだ分かりません。",
  "plain.path-mtu-black-hole.title": "大きなパケットが途中で消えています",
  "plain.path-mtu-black-hole.what":
    "VPNサーバーまでの途中に、このPCが送るものより小さいパケットしか通らないところがあり、それがこのPCに知らされていません。",
  "plain.path-mtu-reduced.title": "VPNサーバーまでの経路が、通常より狭くなっています",
  "plain.path-mtu-reduced.what":
    "このPCが送るものより小さいパケットしか通りませんが、そのことは正しく知らされています。これだけが原因でVPNがつながらないことは、ほとんどありません。",
  "plain.ike-fragments-too-large.title": "VPNのメッセージが、経路に対して大きすぎます",
  "plain.ike-fragments-too-large.what":
    "VPNはログインのメッセージを分けて送っていますが、その1つ1つが、サーバーまでの経路を通れる大きさを超えています。",
  "plain.ike-fragments-lost.title": "VPNのログインの一部が途中で失われています",
  "plain.ike-fragments-lost.what":
    "VPNはログインのメッセージを正しく小さく分けて送っていますが、その一部が途中で失われています。",
  "plain.udp-500-blocked.title": "このネットワークはVPNを遮断しています",
  "plain.udp-500-blocked.what":
    "VPNの最初のメッセージが通りません。別のネットワークならつながる可能性があります。",
  "plain.udp-4500-blocked.title": "このネットワークはVPNを遮断しています",
  "plain.udp-4500-blocked.what":
    "最初のメッセージは通りますが、それに続くものが遮断されています。別のネットワークならつながる可能性があります。",
  "plain.gateway-unreachable.title": "VPNサーバーに接続できません",
  "plain.gateway-unreachable.what":
    "送ったものに何も応答がありませんでした。サーバーが停止している、名前が間違っている、このネットワークが遮断している、のいずれかが考えられます。",
  "plain.gateway-rejects.title": "VPNサーバーが接続を拒否しています",
  "plain.gateway-rejects.what":
    "ネットワークに問題はありません。メッセージは届いていて、サーバーが断っています。原因はサーバーかVPNの設定にあります。",
  "plain.slow-gateway.title": "VPNサーバーの応答が遅れています",
  "plain.slow-gateway.what": "応答はありますが、遅いためにPCが先にあきらめてしまうことがあります。",
  "plain.not-ikev2.title": "お使いのVPNは別の種類です",
  "plain.not-ikev2.what":
    "この診断はIKEv2という種類のVPNのためのものです。見つかったのは別の種類のVPNのもので、原因は別のところで調べる必要があります。",
  "plain.esp-mtu.title": "VPNはつながりますが、大きなデータが通りません",
  "plain.esp-mtu.what":
    "小さなやり取りはできますが、大きなものは途中で止まります。VPNの中のパケットを少し小さくする必要があります。",
  "plain.insufficient-evidence.title": "まだ原因が分かりません",
  "plain.insufficient-evidence.what":
    "これまでに測定したものや送られたものからは、どの原因とも言い切れません。もう一度調べれば分かる見込みがあります。",
  "plain.profile.title": "VPNの設定が原因で、このネットワークではつながりません",
  "plain.profile.what":
    "ログインのとき、VPNは大きなメッセージを送ります。このメッセージは分割されると、このネットワークで失われます。VPNサーバーもこのPCも別の送り方ができますが、VPNの設定でそれが無効になっています。",
  "plain.do.profile":
    "このページを{operator}に送ってください。このPCのVPNの設定を1つ変えれば解決できます。それまでは、スマートフォンなど別のネットワークならつながることがあります。",
  "plain.do.server":
    "このページを{operator}に送ってください。VPNサーバーの設定で解決できます。それまでは、スマートフォンなど別のネットワークならつながることがあります。",
  "plain.do.network":
    "スマートフォンなど、別のネットワークで試してください。また、このページを{operator}に送ってください。このネットワークの管理者に相談してもらえます。",
  "plain.do.operator": "このページを{operator}に送ってください。次に必要なことは「詳細」にあります。",
  "plain.do.refused":
    "このページを{operator}に送ってください。拒否している理由は、サーバーのログに記録されています。このPCのネットワークの設定を変える必要はありません。",
  "plain.do.healthy":
    "このネットワークで変更するものはありません。それでもVPNがつながらない場合は、表示されるエラーとその時刻を{operator}に伝えてください。",
  "plain.do.measure":
    "このPCで実行するコマンドを、{operator}から受け取ってください。足りないものを測定すれば、何を設定すればよいかがこのページに表示されます。",
});
