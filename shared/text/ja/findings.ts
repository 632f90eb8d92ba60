/** Findings: what each rule says when it is found, ruled out or unknown. Japanese. */
import { findings as english } from "../en/findings.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const findings = translationOf(english, {
  "finding.gateway-unresolved.found": "このネットワークでは {gateway} という名前のアドレスが見つかりません。",
  "finding.gateway-unresolved.clear": "ゲートウェイのアドレスは分かっています。",
  "finding.gateway-unresolved.unknown": "ゲートウェイの名前からアドレスが得られるかは確認していません。",
  "finding.gateway-unreachable.found":
    "UDPポート500と4500への小さなIKEメッセージに、それぞれ3回送っても応答がありません。",
  "finding.gateway-unreachable.capture":
    "IKE_SA_INITを{requests}回送って応答がありません。このキャプチャではポート4500は試されていません。",
  "finding.gateway-unreachable.clear": "ゲートウェイは小さなIKEメッセージに応答します。",
  "finding.gateway-unreachable.unknown":
    "ゲートウェイが応答するかどうか：ポート500と4500に小さなIKEメッセージを3回ずつ送る必要があります。",
  "finding.udp-port-blocked.found":
    "UDPポート{port}への小さなIKEメッセージには3回送っても応答がなく、ポート{other}では応答がありました。",
  "finding.udp-port-blocked.clear": "ゲートウェイはUDPポート{port}で応答します。",
  "finding.udp-port-blocked.unknown":
    "UDPポート{port}が通るかどうか：小さなIKEメッセージを3回送る必要があります。",
  "finding.gateway-rejects.notify": "ゲートウェイが {notify}（{type}）を返しました。",
  "finding.gateway-rejects.small-response":
    "IKE_AUTHに対する暗号化された応答は、IKEとして{ikeLength}バイトしかありません。{most}バイト以下に入るのはエラーの通知だけです。",
  "finding.gateway-rejects.clear": "ゲートウェイによる拒否は見られません。",
  "finding.gateway-rejects.unknown":
    "ゲートウェイがログインを受け入れるかどうか：IKE_AUTHへの応答が記録されていません。",
  "finding.probe-proposal-refused.found":
    "ゲートウェイは動いていますが、診断用の提案を {notify}（{type}）で拒否しました。利用者の接続も拒否されるかどうかは分かりません。",
  "finding.probe-proposal-refused.clear": "ゲートウェイは診断用の提案を受け入れました。",
  "finding.probe-proposal-refused.unknown": "ゲートウェイがどの提案を受け入れるかは確認していません。",
  "finding.ike-fragmentation.gateway":
    "ゲートウェイはIKEフラグメンテーション（RFC 7383）に対応を示していません。大きなメッセージはIPフラグメントに分けるしかありません。",
  "finding.ike-fragmentation.client":
    "クライアントはIKEフラグメンテーション（RFC 7383）に対応を示していません。大きなメッセージはIPフラグメントに分けるしかありません。",
  "finding.ike-fragmentation.clear": "双方がIKEフラグメンテーション（RFC 7383）を使えます。",
  "finding.ike-fragmentation.unknown":
    "ゲートウェイがIKEフラグメンテーション（RFC 7383）に対応しているか：IKE_SA_INITへの応答が必要です。",
  "finding.not-ikev2.ikev1": "やりとりはIKEv2ではなくIKEv1（L2TP/IPsecや古いVPN）です。",
  "finding.not-ikev2.profile": "このゲートウェイのVPN設定の種類は {tunnelType} です。",
  "finding.not-ikev2.clear": "やりとりはIKEv2です。",
  "finding.not-ikev2.unknown": "VPNの種類は確認できていません。",
  "finding.outbound-fragments.no-baseline":
    "IPフラグメントが届くかどうか：小さなメッセージに応答がないうちは確かめられません。",
  "finding.outbound-fragments.not-tested":
    "このPCのIPフラグメントが届くかどうか：インターフェイスのMTUより大きなIKEメッセージを送る必要があります。",
  "finding.outbound-fragments.doubtful":
    "このPCのIPフラグメントが届くかどうか：小さなメッセージにも応答がなくなったため、何も言えません。",
  "finding.outbound-fragments.path-mtu":
    "このPCのIPフラグメントが届くかどうか：同じ大きさの分割されていないパケットがすでに失われています。",
  "finding.outbound-fragments.clear":
    "分割して送ったメッセージ（分割前はIPパケットとして{sizes}バイト）に応答がありました。IPフラグメントは届いています。",
  "finding.outbound-fragments.some":
    "分割して送ったメッセージのうち、分割前にIPパケットとして{sizes}バイトのものには応答がなく、{passed}バイトのものには応答がありました。",
  "finding.outbound-fragments.too-large":
    "このPCのMTUで分割して送ったメッセージ（分割前はIPパケットとして{sizes}バイト）には応答がなく、テストの間だけMTUを{cap}に下げて分割すると応答がありました。",
  "finding.outbound-fragments.dropped":
    "分割して送ったメッセージ（分割前はIPパケットとして{sizes}バイト）には応答がありません。テストの間だけMTUを{caps}に下げ、より小さく分割しても変わりませんでした。",
  "finding.outbound-fragments.size-unknown":
    "分割して送ったメッセージ（分割前はIPパケットとして{sizes}バイト、フラグメントは{fragments}バイト）には応答がなく、その合間に送った小さなメッセージには応答がありました。返ってくるはずの応答はごく小さいため、失われているのはこのPCから送ったほうです。より小さく分割すれば通るかどうかは確認していません。",
  "finding.inbound-fragments.only-last":
    "ゲートウェイの応答（{datagrams}件）は、2番目以降のフラグメントだけが届き、先頭が届いていません。",
  "finding.inbound-fragments.only-first":
    "ゲートウェイの応答（{datagrams}件）は、先頭のフラグメントは届き、最後が届いていません。",
  "finding.inbound-fragments.some":
    "ゲートウェイの応答（{datagrams}件）は、フラグメントの一部が欠けています。",
  "finding.inbound-fragments.by-exclusion":
    "IKE_AUTHには応答がありませんが、同じくらい大きな診断用メッセージはゲートウェイに届いています。応答が途中で失われたか、ゲートウェイが応答しなかったことになります。",
  "finding.inbound-fragments.clear": "分割された応答が最後まで届いています。",
  "finding.inbound-fragments.unknown":
    "ゲートウェイの送るフラグメントが届くかどうか：分割された応答が記録されていません。",
  "finding.large-echo.found":
    "往復とも分割される大きさ（データ{payload}バイト）のpingには応答がなく、分割されないpingと大きなIKEメッセージには応答がありました。ゲートウェイの送るフラグメントが失われているようです。ただし、分割されたpingだけを捨てる機器があっても同じ結果になります。",
  "finding.large-echo.like-reflector":
    "往復とも分割される大きさ（データ{payload}バイト）のpingには応答がなく、分割されないpingと大きなIKEメッセージには応答がありました。テスト用サーバーからのフラグメントと同じく、ゲートウェイの送るフラグメントも失われています。",
  "finding.large-echo.only-from-gateway":
    "ゲートウェイへの、往復とも分割される大きさ（データ{payload}バイト）のpingには応答がありません。一方、テスト用サーバーから分割して送られたものは、このPCに届いています。ゲートウェイかその近くで、フラグメントが捨てられています。分割されたpingだけを捨てるファイアウォールであることが多いのですが、VPNのフラグメントも捨てるのかどうかは、このPCからは分かりません。",
  "finding.large-echo.clear": "往復とも分割されるpingに応答がありました。",
  "finding.large-echo.translated":
    "ゲートウェイの送るフラグメントが届くかどうか：IPv4をIPv6に変換するネットワークの可能性があり、そこでは大きなpingはもともと通りません。",
  "finding.large-echo.unknown": "分割されるpingに応答があるかどうかは、比べられませんでした。",
  "finding.reflection.pieces-lost":
    "インターネット上のテスト用サーバーから分割して送られたもの（分割前はIPパケットとして{sizes}バイト）は、ひとつも届きませんでした。同じサーバーから送られた、分割しない{whole}バイトのパケットと小さなパケットは、その前後とも届いています。このPCへの途中で、フラグメントが失われています。",
  "finding.reflection.large-lost":
    "インターネット上のテスト用サーバーから送られた大きなもの（IPパケットとして{sizes}バイト）は、分割の有無にかかわらず届きませんでした。小さなパケットは、その前後とも届いています。このPCへの途中で、大きなパケットが失われています。",
  "finding.reflection.clear":
    "インターネット上のテスト用サーバーから分割して送られたものが届きました。このPCへの経路は、フラグメントを通します。",
  "finding.reflection.own-way":
    "テスト用サーバーから送られるフラグメントが届くかどうか：ゲートウェイからの大きなパケットは届いているため、届かなかったのはテスト用サーバー側の経路の事情です。",
  "finding.reflection.outbound":
    "テスト用サーバーから送られるフラグメントが届くかどうか：このPCから分割して送ったメッセージがゲートウェイに届くことを、まだ確かめられていません。",
  "finding.reflection.not-asked":
    "ほかのサーバーから送られるフラグメントが届くかどうか：テスト用サーバーには問い合わせていません。",
  "finding.reflection.unknown":
    "ほかのサーバーから送られるフラグメントが届くかどうか：テスト用サーバーから、比べられる応答が得られませんでした。",
  "finding.ike-auth-unanswered.found":
    "{exchange}（IKEとして{ikeLength}バイト）が{requests}回、{fragments}バイトのIPフラグメントとして送られました。最後に送ってからキャプチャが終わるまでの{seconds}秒間、何も返っていません。",
  "finding.ike-auth-unanswered.too-few":
    "{exchange}（IKEとして{ikeLength}バイト）が{requests}回送られて応答がありませんが、応答なしと言い切るには3回分の送信が必要で、このキャプチャは短すぎます。",
  "finding.ike-auth-unanswered.clear": "IKE_AUTHには応答がありました。",
  "finding.ike-auth-unanswered.unknown":
    "IKE_AUTHに応答があるかどうか：分割されたIKE_AUTHを含む、失敗したときのキャプチャが必要です。",
  "finding.path-mtu-black-hole.found":
    "{pathMtu}バイトのパケットはゲートウェイに届き、{lost}バイトのものは届かず、ルーターからの通知もありません。経路のMTUは{pathMtu}バイトか、それをわずかに上回る程度です。",
  "finding.path-mtu-black-hole.clear":
    "{pathMtu}バイトまでの分割しないパケットがゲートウェイに届いています。",
  "finding.path-mtu-black-hole.unknown":
    "ゲートウェイまで、分割しないパケットがどの大きさまで通るかは測っていません。",
  "finding.large-ping-lost.found":
    "分割しないpingは、IPパケットとして{pathMtu}バイトまでは応答があり、{lost}バイトでは応答がありません。往路か復路のどこかがそれより大きなパケットを通さないか、大きなpingだけを捨てる機器があります。",
  "finding.large-ping-lost.clear": "分割しない大きなパケットは届いています。",
  "finding.large-ping-lost.unknown": "大きなpingにだけ応答がないのかどうかは、比べられませんでした。",
  "finding.path-mtu-reduced.found":
    "パケットが大きすぎるとルーターが通知しました。{pathMtu}バイトまでは通ります。",
  "finding.path-mtu-reduced.clear": "パケットが大きすぎるという通知はありません。",
  "finding.slow-gateway.found":
    "要求を{requests}回送り、最初の送信から{milliseconds}ミリ秒後に応答が来たものがあります。",
  "finding.slow-gateway.clear": "応答はすぐに返っています。",
  "finding.slow-gateway.unknown": "応答にかかる時間：最後まで進んだ接続が記録されていません。",
  "finding.healthy.capture": "IKE_SA_INITとIKE_AUTHに応答がありました。",
  "finding.healthy.both-ways":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答があり、大きなpingの応答も分割されて戻ってきました。",
  "finding.healthy.reflected":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答があり、テスト用サーバーから分割して送られたものも届きました。",
  "finding.healthy.outbound":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答がありました。大きな応答が分割されて戻ってくるかどうかは、確かめられていません。",
  "finding.healthy.unknown": "接続に必要な通信のすべてを確認できたわけではありません。",
  "finding.ping.refused-locally":
    "データ{payload}バイトのpingは通りました。IPパケットとしては{ipBytes}バイトです。{refused}バイト（パケットとしては{refusedIpBytes}バイト）のほうは、自分のMTUを超えるためこのPC自身が送信を断っています。外へは出ておらず、経路については何も測っていません。",
  "finding.ping.passed": "データ{payload}バイトのpingが通りました。IPパケットとしては{ipBytes}バイトです。",
  "finding.ping.unknown": "分割禁止（DF）のpingで応答のあったものはありません。",
  "finding.ping-target.found": "pingの相手はVPNゲートウェイではなく {target} です。測ったのは別の経路です。",
  "finding.ping-target.clear": "pingの相手はVPNゲートウェイです。",
  "finding.ping-target.unknown": "pingの相手がVPNゲートウェイかどうかは分かりません。",
  "finding.capture.port-filter":
    "このキャプチャはポート番号で絞り込んで取られており、2番目以降のフラグメントが写りません。フラグメントがどうなったかは判断できません。",
  "finding.capture.drops":
    "キャプチャ自体が{packets}個のパケットを取りこぼしています。写っていないパケットも、実際には流れていたかもしれません。",
  "finding.capture.one-way":
    "このキャプチャには、ログインの前に必ず届いているはずのIKE_SA_INITへの応答がありません。ゲートウェイから届いたパケットは記録されていないようです。",
  "finding.ike-fragments.not-used": "IKEフラグメンテーション（RFC 7383）が使われた様子はありません。",
  "finding.ike-fragments.arrived": "複数のIKEフラグメントに分かれた応答が、すべて届いています。",
  "finding.ike-fragments-too-large.measured":
    "クライアントのIKEフラグメントはIPパケットとして{ipBytes}バイトありますが、経路が通すのは{pathMtu}バイトまでです。",
  "finding.ike-fragments-too-large.split-again":
    "クライアントのIKEフラグメントは自分のインターフェイスにも収まらず、さらに{fragments}バイトのIPフラグメントに分割され、応答がありません。",
  "finding.ike-fragments-too-large.only-last":
    "{total}個のIKEフラグメントに分かれた応答のうち、最後のいちばん小さなもの（IPパケットとして{ipBytes}バイト）だけが届いています。",
  "finding.ike-fragments-too-large.unknown":
    "IKEフラグメントが経路に対して大きすぎるかどうか：経路のMTUが測定されていません。",
  "finding.ike-fragments-lost.inbound":
    "{total}個のIKEフラグメントに分かれた応答が{times}回記録され、そのたびに{missing}番目が欠けています。",
  "finding.ike-fragments-lost.varying":
    "{total}個のIKEフラグメントに分かれた応答が{times}回記録され、欠けているフラグメントはそのたびに異なります。",
  "finding.ike-fragments-lost.no-answer":
    "IKE_AUTHが{requests}回、{total}個のIKEフラグメント（IPパケットとして最大{ipBytes}バイト）で送られ、応答がありません。この大きさならどの経路でも通るため、大きさが理由ではありません。",
  "finding.ike-fragments-lost.unknown":
    "IKEフラグメントが失われているかどうか：IKEフラグメントで送られて応答のないメッセージは記録されていません。",
  "finding.small-auth-unanswered.found":
    "IKE_AUTHは1パケット（{ipBytes}バイト）に収まっており、{requests}回送られて応答がありません。分割が原因で失われたのではありません。ポート4500の遮断、ゲートウェイの応答の消失、ゲートウェイの無応答が考えられます。",
  "finding.small-auth-unanswered.clear": "1パケットに収まるIKE_AUTHで応答のないものはありません。",
  "finding.small-auth-unanswered.unknown": "IKE_AUTHが記録されていません。",
  "finding.large-init.found":
    "最初のメッセージIKE_SA_INIT自体が1パケットに収まらず、{fragments}バイトのIPフラグメントとして送られ、応答がありません。IKEフラグメンテーション（RFC 7383）はこのメッセージには使えません。",
  "finding.large-init.clear": "IKE_SA_INITは1パケットに収まっているか、応答がありました。",
  "finding.large-init.unknown": "IKE_SA_INITが記録されていません。",
  "finding.gateway-guarded.found":
    "ゲートウェイがCOOKIEを求めました。接続の試みが多すぎるときの防御です。1分ほどおいて試してください。",
  "finding.gateway-guarded.from-the-start":
    "診断を始めた時点で、ゲートウェイがCOOKIEを求めていました。負荷が高いときや、同じアドレスから接続の試み（VPN自身の再接続など）が続いたときの防御です。診断は、ゲートウェイに負担をかけないメッセージだけで続けました。",
  "finding.gateway-guarded.stopped":
    "診断の途中で、ゲートウェイがCOOKIEを求め始めました。接続の試みが多すぎるときの防御です。ゲートウェイに負担をかけないよう診断をそこで打ち切ったため、結果はそれまでの測定によるものです。",
  "finding.gateway-guarded.clear": "ゲートウェイはCOOKIEを求めていません。",
  "finding.gateway-guarded.unknown": "ゲートウェイがCOOKIEで防御しているかどうかは記録されていません。",
  "finding.esp-mtu.packet-too-big":
    "トンネルのパケット（IPパケットとして{ipBytes}バイト）が大きすぎるとルーターが通知しました。次の区間が通すのは{nextHopMtu}バイトまでです。",
  "finding.esp-mtu.pieces":
    "ゲートウェイからのトンネルのパケットが分割されて届き、一部が欠けています（{packets}フレーム）。",
  "finding.esp-mtu.stalled":
    "トンネルへは{largest}バイトまでのパケットが送られていますが、戻ってくるのは{back}バイト以下だけです。中の大きなパケットが失われている可能性があります。",
  "finding.esp-mtu.clear": "トンネルの大きなパケットが失われている様子はありません。",
  "finding.esp-mtu.unknown": "トンネルの大きなパケットが通るかどうか：トンネルの通信が記録されていません。",
  "finding.esp-one-way.found":
    "接続は成立していますが、トンネルへ送った{packets}個のパケットに何も返っていません。途中でESPが遮断されているか、ゲートウェイが中継していません。",
  "finding.esp-one-way.clear": "トンネルからパケットが返ってきています。",
  "finding.esp-one-way.unknown": "トンネルからパケットが返るかどうか：トンネルの通信が記録されていません。",
  "finding.ras-code.refused":
    "Windowsの直近のVPNエラーは {code} です。ゲートウェイが応答したことを示すもので、パケットの大きさが原因である可能性は低くなります。",
  "finding.ras-code.other-vpn": "Windowsの直近のVPNエラーは {code} です。IKEv2以外のVPNのエラーです。",
  "finding.ras-code.neutral":
    "Windowsの直近のVPNエラーは {code} です。パケットの大きさが原因かどうかは、このコードからは分かりません。",
  "finding.ras-code.no-answer":
    "Windowsの直近のVPNエラーは {code} です。時間内にゲートウェイからの応答がなかったという意味で、原因は分かりません。途中でパケットが失われた場合も、ゲートウェイが応答しない場合も、すべてこのエラーになります。",
  "finding.ras-code.no-answer-of":
    "Windowsの直近のVPNエラーは、接続「{connection}」の {code} です。時間内にゲートウェイからの応答がなかったという意味で、原因は分かりません。途中でパケットが失われた場合も、ゲートウェイが応答しない場合も、すべてこのエラーになります。",
  "finding.ras-code.no-answer-at":
    "Windowsの直近のVPNエラーは、接続「{connection}」の {code} です（{at}）。時間内にゲートウェイからの応答がなかったという意味で、原因は分かりません。途中でパケットが失われた場合も、ゲートウェイが応答しない場合も、すべてこのエラーになります。",
  "finding.ras-code.unknown": "Windowsのイベントログに、ここ数日のVPNエラーは見つかりません。",
  "finding.unsteady.found":
    "分割して送ったメッセージ（分割前はIPパケットとして{ipBytes}バイト）に、{tries}回目でようやく応答がありました。フラグメントがときどき失われています。",
  "finding.unsteady.clear": "分割したメッセージには、すぐに応答がありました。",
  "finding.unsteady.unknown": "フラグメントがどれくらい安定して届くかは測っていません。",
  "finding.translated-path.nat64":
    "ゲートウェイのアドレスがNAT64のもの（64:ff9b::）です。このネットワークではIPv4がIPv6に変換されて運ばれています。",
  "finding.translated-path.clat":
    "このPCのアドレスが464XLATの変換装置のもの（192.0.0.x）です。このネットワークではIPv4がIPv6に変換されて運ばれています。",
  "finding.translated-path.path-mtu":
    "経路のMTU {pathMtu}バイトは、よくあるIPv6回線より20バイト小さい値です。IPv4がIPv6に変換されている可能性があり、その場合フラグメントは分割しないパケットよりさらに8バイト小さくする必要があります。",
  "finding.translated-path.hotspot":
    "このPCのアドレスはiPhoneのインターネット共有のものです。こうしたネットワークでは、IPv4がIPv6に変換されて運ばれることがあります。",
  "finding.translated-path.clear": "IPv4がIPv6に変換されている様子はありません。",
  "finding.translated-path.unknown": "IPv4がIPv6に変換されているかどうかは分かりません。",
  "finding.known-link.clear": "経路のMTU {pathMtu}バイトからは、回線の種類は分かりません。",
  "finding.known-link.unknown": "インターフェイスのMTUより小さい経路のMTUは、測定されていません。",
  "link.1496":
    "経路のMTU 1496バイト：スマートフォンのUSBテザリングで、最大長のフレームが失われる場合に見られる値です。",
  "link.1492": "経路のMTU 1492バイトは、PPPoE回線によく見られます。",
  "link.1480": "経路のMTU 1480バイトは、IPトンネルや、IPv4をIPv6に変換する回線によく見られます。",
  "link.1476": "経路のMTU 1476バイトは、GREトンネルによく見られます。",
  "link.1464": "経路のMTU 1464バイトは、PPPoE回線の上でIPv4をIPv6に変換したときのフラグメントの上限です。",
  "link.1460": "経路のMTU 1460バイトは、DS-LiteやMAP-E（IPv6の中のIPv4）によく見られます。",
  "link.1454": "経路のMTU 1454バイトは、NTTフレッツのPPPoE回線によく見られます。",
  "link.1440": "経路のMTU 1440バイトは、IPv4上のWireGuardトンネルによく見られます。",
  "link.1420": "経路のMTU 1420バイトは、WireGuardトンネルによく見られます。",
  "link.1280": "経路のMTU 1280バイトは、IPv6で許される最小の値で、トンネルによく見られます。",
  "finding.answered-elsewhere.found":
    "同じゲートウェイが、{good} ではIKE_AUTHに応答し、{bad} では応答していません。違いは途中のネットワークにあり、ゲートウェイの設定や認証情報ではありません。",
  "finding.answered-elsewhere.clear": "どのキャプチャでも、IKE_AUTHに応答があるかどうかは同じです。",
  "finding.answered-elsewhere.unknown":
    "つながるネットワークでのキャプチャがもう1つあれば、違いが分かります。",
});
