/** Candidates: what speaks for and against what else it may be, and what would decide. Japanese. */
import { candidates as english } from "../en/candidates.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const candidates = translationOf(english, {
  "candidate.outbound-fragments-too-large":
    "除外できず、よくある原因です。ログインのメッセージは1個のパケットに収まらず、モバイル回線やトンネルを使う回線の多くは、ある大きさを超えるIPフラグメントを失います。",
  "candidate.outbound-fragments-dropped":
    "除外できません。ログインのメッセージは1個のパケットに収まらず、ファイアウォールや携帯電話会社によっては、IPフラグメントがすべて捨てられます。",
  "candidate.inbound-fragments-lost":
    "除外できません。証明書を含むゲートウェイの応答は1個のパケットに収まらないことが多く、そのIPフラグメントがこのPCまでの途中で失われることがあります。",
  "candidate.ike-auth-unanswered":
    "除外できません。この種のログインの失敗では、IKE_AUTHに応答がないのが普通です。",
  "candidate.path-mtu-black-hole":
    "除外できません。経路の一部が、このPCの送るものより小さなパケットしか通さず、どのルーターもそれを通知しないのかもしれません。",
  "candidate.path-mtu-reduced":
    "除外できません。トンネルやPPPoEの回線は、このPCのインターフェイスより小さなパケットしか通しません。ただし、それだけでVPNがつながらなくなることはまれです。",
  "candidate.ike-fragments-too-large":
    "除外できません。双方がIKEフラグメンテーション（RFC 7383）を使っていれば、そのフラグメントが経路を通らないほど大きいことがあります。",
  "candidate.ike-fragments-lost":
    "除外できません。双方がIKEフラグメンテーション（RFC 7383）を使っていれば、そのフラグメントのどれかが届いていないことがあります。",
  "candidate.udp-500-blocked":
    "除外できません。来客用や社内のネットワークでは、ログインが始まるUDPポート500がふさがれていることがあります。",
  "candidate.udp-4500-blocked":
    "除外できません。NATの内側では、ログインの途中でUDPポート500から4500に移りますが、4500だけをふさぐネットワークがあります。",
  "candidate.gateway-unreachable":
    "除外できません。来客用のネットワークではUDPポート500と4500の両方がふさがれていることが多く、その場合、ログインの通信はゲートウェイにまったく届きません。",
  "candidate.gateway-rejects":
    "除外できません。証明書、パスワード、暗号の設定のどれかを、ゲートウェイが受け付けないのかもしれません。",
  "candidate.slow-gateway":
    "除外できません。ゲートウェイの応答が、クライアントがあきらめたあとに届いているのかもしれません。",
  "candidate.not-ikev2": "除外できません。VPNがL2TPやSSTPなど、ほかの種類かもしれません。",
  "candidate.esp-mtu":
    "除外できません。ログインはできても、トンネルの中の大きなパケットだけが失われることがあります。",
  "candidate.healthy":
    "除外できません。経路に問題はなく、失敗は一時的だったか、原因が別のところにあるのかもしれません。",
  "sign.no-ike": "キャプチャの{frames}個のパケットの中に、IKEのものがありません。",
  "sign.answers-alone": "キャプチャには、要求は写っていませんが、ゲートウェイの応答が写っています。",
  "sign.nothing-more-arrives":
    "ゲートウェイ側では、IKE_SA_INITへの応答が出ていったあと、{seconds}秒間クライアントから何も届いていません。",
  "sign.answered-again":
    "ゲートウェイはIKE_AUTHに{answers}回応答しています。同じ要求がもう一度届かないかぎり、再び応答することはありません。",
  "sign.auth-of-unknown-size":
    "{exchange}が送られました（{requests}回）が、応答が見当たりません。その大きさは分かりません。",
  "sign.short-wait":
    "キャプチャは最初の要求から{seconds}秒以内に終わっています。その後に応答が来ていても写りません。",
  "sign.gave-up":
    "ログによると、VPNソフトウェアは要求を合計{requests}回送って断念しました。応答はなく、拒否の応答もありません。",
  "sign.long-wait": "{seconds}秒待っても応答がなく、拒否の応答もありません。",
  "sign.nothing-large-yet":
    "最初の小さなメッセージの段階で失敗しています。IPフラグメントになるようなものは、まだ送られていません。",
  "sign.init-unanswered": "IKE_SA_INITへの応答が見当たりません（要求は{requests}回）。",
  "sign.silent-refusal": "受け付けられない提案に対して、拒否を返さずに黙っているゲートウェイもあります。",
  "sign.ends-after-init-untimed":
    "テキストはIKE_SA_INITで終わっています。ゲートウェイの応答のあとに何があったかは書かれていません。",
  "sign.ends-after-init":
    "キャプチャはIKE_SA_INITの{seconds}秒後に終わっています。ゲートウェイの応答のあとに何があったかは写っていません。",
  "sign.no-auth-follows":
    "ゲートウェイはIKE_SA_INITに応答しましたが、その後の{seconds}秒間にIKE_AUTHが見当たりません。",
  "sign.ike-fragments-unanswered":
    "{exchange}が{requests}回、{total}個のIKEフラグメント（IPパケットとして最大{ipBytes}バイト）で送られましたが、応答がありません。",
  "sign.opening-was-answered":
    "クライアントが{exchange}を送るのは、ゲートウェイがIKE_SA_INITに応答した後だけです。",
  "sign.small-enough":
    "パケットは最大でも{ipBytes}バイトで、ほとんどの経路を通る大きさです。大きさが原因とは考えにくいといえます。",
  "sign.sent-in-ike-fragments":
    "{exchange}はIKEフラグメントで送られ、それぞれが1個のパケットに収まっています。IPフラグメントになったものはありません。",
  "sign.answers-in-ike-fragments":
    "IKEフラグメントを受け取ったゲートウェイは、応答もIKEフラグメントで送ることになっており（RFC 7383）、IPフラグメントは必要になりません。",
  "sign.larger-answer-fragments":
    "ゲートウェイの応答のIKEフラグメントは、クライアントのものより大きいことがあります。",
  "sign.no-ike-fragments": "{exchange}はIKEフラグメントでは送られていません。",
  "sign.auth-fragments-unanswered":
    "{exchange}が{fragments}バイトのIPフラグメントとして{requests}回送られましたが、応答が見当たりません。",
  "sign.large-fragments":
    "最も大きなIPフラグメントは{ipBytes}バイトで、モバイル回線やトンネルを使う回線には、これを通さないものがあります。",
  "sign.small-auth-unanswered":
    "{exchange}は1個のパケット（{ipBytes}バイト）に収まり、{requests}回送られましたが、応答が見当たりません。",
  "sign.large-packet": "1個のパケットで{ipBytes}バイトあり、これを通さない経路があります。",
  "sign.large-answer": "要求が小さくても、ゲートウェイの証明書を含む応答は大きいことがあります。",
  "sign.nothing-from-4500": "このキャプチャには、ゲートウェイのUDPポート4500から届いたものがありません。",
  "sign.answer-in-part":
    "ゲートウェイの応答（{datagrams}件）の一部は届いているため、要求はゲートウェイに届いていたことになります。",
  "sign.lost-once": "起きたのは1回だけで、偶然かもしれません。",
  "sign.login-answered": "IKE_AUTHに応答がありました。",
  "sign.answered-late": "応答が来たのは、要求を{requests}回送ったあとです。",
  "sign.tunnel-not-seen":
    "その後のトンネルを大きなパケットが通るかどうかは、ほとんど送られていないため分かりません。",
  "sign.tunnel-answers": "トンネルからパケットが返っているため、ログインは受け付けられています。",
  "sign.refusal-inside":
    "IKE_AUTHは暗号化されており、その中や後のメッセージで拒否されていても、ほかの応答と見分けがつきません。",
  "sign.tunnel-carries":
    "トンネルは、ゲートウェイへ最大{outbound}バイト、ゲートウェイから最大{inbound}バイトのパケットを運んでいます。",
  "sign.whole-packets-pass": "分割しない{pathMtu}バイトのパケットが、ゲートウェイに届いています。",
  "sign.some-host-passes":
    "IPパケットとして{passed}バイトのpingに応答があります。相手がゲートウェイかどうかは分かりません。",
  "sign.lost-without-df":
    "IPパケットとして{pathMtu}バイトのpingは通り、{lost}バイトのものは通りません。分割を禁止せずに送られているため、途中で失われているのはIPフラグメントかもしれません。",
  "sign.split-ping-passes":
    "データ{payload}バイトの、1個のパケットに収まらないpingに応答がありました。pingのIPフラグメントは往復とも通っています。",
  "sign.router-told": "次のリンクが通すのは{pathMtu}バイトまでだと、ルーターが通知しました。",
  "sign.small-interface":
    "このPCのインターフェイスのMTUは{mtu}です。送るパケットは、ほとんどの経路を通る大きさです。",
  "sign.no-login-tried":
    "診断では認証の情報を送りません。利用者自身のログインにゲートウェイが何と答えるかは分かりません。",
  "decider.error-code":
    "WindowsのイベントログにあるVPNエラーの番号（アプリケーションログ、ソースRasClient、イベント20227）。",
  "decider.longer-capture": "接続を始めてから30秒ほど続けて、このPCで取ったキャプチャ。",
  "decider.tunnel-ping": "VPNにつながった状態で、その中へ大きさを変えながら送るpingの結果。",
  "decider.pings": "ゲートウェイそのものへ、分割禁止（DF）で大きさを変えながら送るpingの結果。",
  "decider.small-messages":
    "このネットワークでのikefragの診断の結果。UDPポート500と4500へ小さなメッセージを送ります。",
  "decider.large-messages":
    "このネットワークでのikefragの診断の結果。大きなメッセージを、分割せずに、また分割して送ります。",
  "decider.smaller-mtu":
    "管理者として実行したikefragの診断の結果。テストの間だけ、より小さく分割して送ります。",
  "decider.later": "ゲートウェイが今回の接続の試みを忘れるまで数分おいて、もう一度行った同じ診断の結果。",
  "decider.capture":
    "ログインに失敗するところをこのPCで取り、ポート番号ではなくゲートウェイのアドレスで絞り込んだキャプチャ。",
  "decider.gateway-capture":
    "同じログインをゲートウェイ側で取ったキャプチャ。どのパケットが届き、どれが出ていったかが分かります。",
  "decider.other-network":
    "スマートフォンなど、別のネットワークでの同じログインの結果。そこでつながるなら、原因は経路にあります。",
});
