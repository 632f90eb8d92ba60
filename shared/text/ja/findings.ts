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
  "finding.gateway-rejects.logged":
    "ゲートウェイがログインを拒否しました。ゲートウェイのログには理由として「{words}」とあります。",
  "finding.gateway-rejects.notify": "ゲートウェイが {notify}（{type}）を返しました。",
  "finding.gateway-rejects.eap":
    "ゲートウェイがEAPのFailureでログインを終わらせました。ユーザー名とパスワード、または証明書が受け入れられていません。",
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
  "finding.ike-auth-unanswered.log":
    "ログによると、IKE_AUTH（IKEとして{ikeLength}バイト）は{requests}回送られ、応答がありませんでした。1パケットには収まらず、インターフェースのMTUに従って{fragments}バイトのIPフラグメントとして送られます。",
  "finding.ike-auth-unanswered.listed":
    "IKE_AUTHがIPフラグメントとして{requests}回送られましたが、パケットの一覧に応答がありません。",
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
  "finding.path-mtu-reduced.between":
    "{refused}バイトのパケットは大きすぎるとルーターが通知し、{pathMtu}バイトのものは通ります。経路のMTUは{pathMtu}バイト以上{most}バイト以下です。",
  "finding.path-to-host.learned-exact":
    "このPCは {host} に{pathMtu}バイトまでのパケットしか送りません。経路がそれより大きいパケットを通さないと、以前にルーターから通知されていたためです。{host} までの経路のMTUは{pathMtu}バイトです。",
  "finding.path-to-host.either-exact":
    "{host} には{pathMtu}バイトを超えるパケットを送れません。ルーターからそう通知されたか、このPCのインターフェイスのMTU自体がその値かの、どちらかです。インターフェイスのMTUが分からないため区別できませんが、どちらの場合も、{host} までの経路のMTUは{pathMtu}バイトです。",
  "finding.path-to-host.learned":
    "このPCは、インターフェイスには収まる {host} への{refused}バイトのパケットの送信を断りました。経路がそれより小さいパケットしか通さないと、以前にルーターから通知されていたためです。{pathMtu}バイトのものは通ります。{host} までの経路のMTUは{pathMtu}バイト以上{most}バイト以下です。",
  "finding.path-to-host.either":
    "このPCは {host} への{refused}バイトのパケットの送信を断り、{pathMtu}バイトのものは通りました。経路がそれより小さいパケットしか通さないと以前にルーターから通知されていたか（システムは同じ文言で断ります）、このPCのインターフェイスのMTU自体がそれより小さいかの、どちらかです。インターフェイスのMTUが分からないため区別できませんが、どちらの場合も、{host} までの経路のMTUは{pathMtu}バイト以上{most}バイト以下です。",
  "finding.path-to-host.lost":
    "{host} へのパケットは、{pathMtu}バイトなら通り、{lost}バイトでは失われました（{times}回中{times}回）。ルーターからの通知はありません。",
  "finding.path-to-host.lost-df-unknown":
    "{host} へのパケットは、{pathMtu}バイトなら通り、{lost}バイトでは失われました（{times}回中{times}回）。分割禁止（DF）で送られたかどうかは、この出力からは分かりません。そうでなければ、ルーターが分割し、そのフラグメントが失われている可能性があります。",
  "finding.path-to-host.lost-without-df":
    "{host} へのパケットは、{pathMtu}バイトなら通り、{lost}バイトでは失われました（{times}回中{times}回）。分割禁止（DF）なしで送られたため、途中のルーターが分割することがあります。途中でフラグメントが失われている可能性を示すもので、経路のMTUではありません。分割禁止を付けた同じping（Windowsでは `ping -f -l`）なら、経路のMTUを測れます。",
  "finding.path-to-host.lost-split":
    "{host} へのパケットは、{pathMtu}バイトなら通り、{lost}バイトでは失われました（{times}回中{times}回）。分かっている限り、{lost}バイトはインターフェイスが1個のパケットで送れる大きさを超えるため、IPフラグメントに分けて送られたはずです。途中でフラグメントが失われている可能性を示すもので、経路のMTUではありません。",
  "finding.path-to-host.not-reached":
    "{host} へのパケットは、{pathMtu}バイトなら届き、{lost}バイトでは届きません。ルーターからの通知はありません。",
  "finding.path-to-host.told-by":
    "{host} へのパケットが大きすぎると、{router} が通知しました。{pathMtu}バイトまでは通ります。{host} までの経路のMTUは{pathMtu}バイトです。",
  "finding.path-to-host.between-by":
    "{host} への{refused}バイトのパケットは大きすぎると {router} が通知し、{pathMtu}バイトのものは通ります。{host} までの経路のMTUは{pathMtu}バイト以上{most}バイト以下です。",
  "finding.path-to-host.refused-by":
    "{host} への{refused}バイトのパケットは大きすぎると、{router} が通知しました。{host} までの経路のMTUはそれより小さい値ですが、どの大きさなら通るかは測られていません。",
  "finding.path-to-host.lost-after":
    "{host} へのパケットは、{pathMtu}バイトなら届き、{lost}バイトでは届きません。届かないほうに最後に応答したのは {router} で、ルーターからの通知はありません。",
  "finding.path-to-host.clear": "ほかのホストに送ったもので、経路に対して大きすぎたものはありません。",
  "finding.path-to-host.unknown":
    "ほかのホストまでの経路では、通る大きさと通らない大きさの境目は測られていません。",
  "finding.unsized-login.found":
    "{exchange}が{requests}回送られましたが、テキストに応答がありません。大きさはテキストに書かれていないため、大きさが原因かどうかは分かりません。",
  "finding.unsized-login.clear": "テキストにある接続はすべて応答されているか、短すぎて判断できません。",
  "finding.unsized-login.unknown": "大きさの分からない接続の記録はありません。",
  "finding.answer-began.found":
    "ゲートウェイの応答はIKEとして{ikeLength}バイトあり、1パケットには収まりません。先頭のIPフラグメント（{ipBytes}バイト）は届いています。残りが届いたかどうかは、このパケットの一覧からは分かりません。2つ目以降のIPフラグメントにはポート番号がないため、ポートで絞り込むと表示されません。",
  "finding.answer-began.clear": "テキストに、一部だけ届いた応答はありません。",
  "finding.answer-began.unknown": "応答が一部だけ届いたか：パケットの一覧がテキストで示されていません。",
  "finding.slow-gateway.found":
    "要求を{requests}回送り、最初の送信から{milliseconds}ミリ秒後に応答が来たものがあります。",
  "finding.slow-gateway.untimed":
    "要求を{requests}回送ったあとに応答が来ています。テキストに時刻がないので、何秒かかったかはわかりません。",
  "finding.slow-gateway.clear": "応答はすぐに返っています。",
  "finding.slow-gateway.unknown": "応答にかかる時間：最後まで進んだ接続が記録されていません。",
  "finding.healthy.capture": "IKE_SA_INITとIKE_AUTHに応答がありました。",
  "finding.healthy.both-ways":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答があり、大きなpingの応答も分割されて戻ってきました。",
  "finding.healthy.reflected":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答があり、テスト用サーバーから分割して送られたものも届きました。",
  "finding.healthy.outbound":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答がありました。大きな応答が分割されて戻ってくるかどうかは、確かめられていません。",
  "finding.healthy.rehearsed-ip-fragments":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答がありました。また、ログインを途中まで行ったところ、ゲートウェイの実際の応答（{answer}バイトのIKEメッセージ）が、IPフラグメントとして戻ってきました。",
  "finding.healthy.rehearsed-ike-fragments":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答がありました。また、ログインを途中まで行ったところ、ゲートウェイの実際の応答（{answer}バイトのIKEメッセージ）が、IKEフラグメントとして戻ってきました。",
  "finding.healthy.rehearsed-one-packet":
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答がありました。また、ログインを途中まで行ったところ、ゲートウェイの実際の応答（{answer}バイトのIKEメッセージ）が、1つのパケットで戻ってきました。",
  "finding.healthy.ports-apart":
    "確認した通信にはすべて応答がありましたが、UDPポート500で始めたログインの続きをポート4500へ{tries}回送っても、応答がありませんでした。ポート4500で始めたログインには応答がありました。VPNクライアントはポート500で始めて4500に移るため、両方のポートが同じゲートウェイにつながっているか確認してください。",
  "finding.healthy.then-silent":
    "経路の確認に送ったものには、すべて応答がありました。しかしそのあと、途中まで行ったログインを終えるためのメッセージを{tries}回送っても、ゲートウェイは応答しませんでした。応答をすべてやめたか、拒否するログインには応答しないゲートウェイです。VPNがつながらない場合は、ゲートウェイがこのアドレスからの通信を制限していないか確認してください。",
  "finding.healthy.fell-silent":
    "経路の確認に送ったものには、はじめは応答がありました。しかしそのあと、小さいメッセージを{tries}回送っても、ゲートウェイは応答しませんでした。何にも応答しなくなっています。VPNがつながらない場合は、ゲートウェイがこのアドレスからの通信を制限していないか確認してください。",
  "finding.healthy.unknown": "接続に必要な通信のすべてを確認できたわけではありません。",
  "finding.ping.refused-locally":
    "データ{payload}バイトのpingは通りました。IPパケットとしては{ipBytes}バイトです。{refused}バイト（パケットとしては{refusedIpBytes}バイト）のほうは、自分のMTUを超えるためこのPC自身が送信を断っています。外へは出ておらず、経路については何も測っていません。",
  "finding.ping.refused-here":
    "データ{payload}バイトのpingは通りました。IPパケットとしては{ipBytes}バイトです。{refused}バイト（パケットとしては{refusedIpBytes}バイト）のほうは、このPC自身が送信を断っています。インターフェイスのMTUより大きいか、以前にルーターから通知された経路のMTUより大きいかのどちらかです。システムはどちらも同じ文言で示し、インターフェイスのMTUはここでは分かりません。",
  "finding.ping.refused-alone":
    "データ{refused}バイトのping（IPパケットとしては{refusedIpBytes}バイト）は、自分のMTUを超えるためこのPC自身が送信を断っています。外へは出ておらず、経路については何も測っていません。もっと小さいpingなら測れます。",
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
  "finding.ike-fragments.not-used":
    "VPN自身がIKEフラグメンテーション（RFC 7383）を使うかどうか：使っている様子は見られません。",
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
  "finding.small-auth-unanswered.log":
    "ログによると、IKE_AUTHは{requests}回送られ、応答がありませんでした。ヘッダーを含めると{ipBytes}バイトのIPパケットで、たいていの回線では1パケットに収まります。ここでも収まるなら、分割されたために失われたのではありません。この大きさのパケットを通知なしに捨てる経路、ポート4500の遮断、応答の消失、応答しないゲートウェイが考えられます。",
  "finding.small-auth-unanswered.clear": "1パケットに収まるIKE_AUTHで応答のないものはありません。",
  "finding.small-auth-unanswered.unknown": "IKE_AUTHが記録されていません。",
  "finding.large-init.found":
    "最初のメッセージIKE_SA_INIT自体が1パケットに収まらず、{fragments}バイトのIPフラグメントとして送られ、応答がありません。IKEフラグメンテーション（RFC 7383）はこのメッセージには使えません。",
  "finding.large-init.clear": "IKE_SA_INITは1パケットに収まっているか、応答がありました。",
  "finding.large-init.unknown": "IKE_SA_INITが記録されていません。",
  "finding.icmp-refused.port-by-gateway":
    "ゲートウェイ自身が、UDPポート{port}では何も待ち受けていないと{errors}回返しました（ICMP port unreachable）。VPNサービスが動いていないか、ゲートウェイ自身のファイアウォールが拒否しています。",
  "finding.icmp-refused.port-by-router":
    "ゲートウェイではない {sender} が、ゲートウェイのUDPポート{port}あての通信を{errors}回拒否しました（ICMP port unreachable）。送り出す経路の途中のファイアウォールです。",
  "finding.icmp-refused.prohibited-by-gateway":
    "ゲートウェイ自身が、UDPポート{port}あての通信を{errors}回拒否しました（ICMP administratively prohibited）。ゲートウェイ自身のファイアウォールが通していません。",
  "finding.icmp-refused.prohibited-by-router":
    "送り出す経路の途中のルーターまたはファイアウォール {sender} が、ゲートウェイのUDPポート{port}あての通信を{errors}回拒否しました（ICMP administratively prohibited）。",
  "finding.icmp-refused.unreachable-by-gateway":
    "ゲートウェイ自身が、UDPポート{port}あての通信に宛先到達不能と{errors}回返しました（ICMP）。多くの場合、ゲートウェイ自身のファイアウォールによるものです。",
  "finding.icmp-refused.unreachable-by-router":
    "ルーター {sender} が、ゲートウェイに到達できないと{errors}回知らせました（ICMP destination unreachable、UDPポート{port}について）。",
  "finding.icmp-refused.clear": "IKEのポートを拒否するICMPエラーはありません。",
  "finding.icmp-refused.unknown":
    "ルーターやゲートウェイがICMPエラーでIKEを拒否したかどうか：キャプチャが必要です。",
  "finding.cookie-not-returned.client":
    "ゲートウェイはCOOKIEを{demands}回求めました。クライアントはその要求を受け取りながら、COOKIEを付けずに送り直しています。原因はクライアント側にあり、時間をおいて試しても直りません。",
  "finding.cookie-not-returned.found":
    "ゲートウェイはCOOKIEを{demands}回求めましたが、クライアントは一度も返していません。クライアントが要求を受け付けていない（原因はクライアント側）か、要求がクライアントに戻る途中で失われています。時間をおいて試しても直りません。",
  "finding.cookie-not-returned.clear": "求められたCOOKIEはすべて返されたか、求められていません。",
  "finding.cookie-not-returned.unknown": "クライアントがCOOKIEを返すかどうかは記録されていません。",
  "finding.gateway-guarded.unreturned":
    "ゲートウェイがCOOKIEを求めました。過剰な接続要求から自分を守っているため、COOKIEを返したクライアントとしか先に進みません。",
  "finding.answers-ignored.client":
    "ゲートウェイの応答（IPパケットとして{sizes}バイト）はキャプチャに完全な形で{answers}回記録され、最初のものは要求の{milliseconds}ミリ秒後に届いています。それでもクライアントは要求を{repeats}回送り直しました。応答はこのPCに届いていますが、受け取られていません。キャプチャした場所より内側にあるこのPCのファイアウォールやセキュリティソフト、または別のVPNやIKEのサービスが考えられます。",
  "finding.answers-ignored.refused":
    "ゲートウェイの応答（IPパケットとして{sizes}バイト）はキャプチャに完全な形で{answers}回記録され、最初のものは要求の{milliseconds}ミリ秒後に届いています。しかしクライアント自身のアドレスがICMPエラーで拒否し、クライアントは要求を{repeats}回送り直しました。そのPC、またはその手前のNATで、応答を受け取るものがありません。",
  "finding.answers-ignored.gateway-fragments":
    "ゲートウェイの応答は{sizes}バイトのIPフラグメントに分かれて{answers}回すべて送り出され、最初のものは要求の{milliseconds}ミリ秒後でした。それでもクライアントは要求を{repeats}回送り直しています。要求は届いているので、応答の全部または一部が、クライアントに戻る途中で失われています。",
  "finding.answers-ignored.fragments":
    "ゲートウェイの応答は{sizes}バイトのIPフラグメントとしてキャプチャに完全な形で{answers}回記録され、最初のものは要求の{milliseconds}ミリ秒後でした。それでもクライアントは要求を{repeats}回送り直しています。ゲートウェイで取ったキャプチャなら、応答のフラグメントは戻る途中で失われています。クライアントのPCで取ったものなら、応答は届いていても受け取られていません。",
  "finding.answers-ignored.gateway":
    "ゲートウェイの応答（IPパケットとして{sizes}バイト）は{answers}回すべて送り出され、最初のものは要求の{milliseconds}ミリ秒後でした。それでもクライアントは要求を{repeats}回送り直しています。要求は届いているので、応答が戻る途中で失われているか、クライアントが受け取っていません。",
  "finding.answers-ignored.either":
    "ゲートウェイの応答（IPパケットとして{sizes}バイト）はキャプチャに完全な形で{answers}回記録され、最初のものは要求の{milliseconds}ミリ秒後でした。それでもクライアントは要求を{repeats}回送り直しています。クライアントのPCで取ったキャプチャなら、応答は届いていても受け取られていません。別の場所で取ったものなら、その先の戻り道で失われた可能性があります。",
  "finding.answers-ignored.log":
    "ゲートウェイのログによると、ゲートウェイが応答した後も、クライアントは同じ{exchange}の要求をさらに{repeats}回送っています。要求は届いていますが、応答がクライアントに届いていないか、クライアントで受け取られていません。",
  "finding.answers-ignored.listed":
    "テキストにはゲートウェイの応答が{answers}回あり、その後で同じ要求がさらに{repeats}回送られています。クライアントのPCで取られたものであれば、応答は届いていますが受け取られていません。別の場所で取られたものであれば、応答はその先の帰り道で失われている可能性があります。",
  "finding.answers-ignored.clear": "クライアントはゲートウェイの応答を受け取って先に進んでいます。",
  "finding.answers-ignored.unknown":
    "クライアントがゲートウェイの応答を受け取るかどうか：応答が記録されていません。",
  "finding.request-lost.first":
    "{name}では、クライアントの大きなメッセージは{datagrams}回とも最初のIPフラグメント（{sizes}バイト）だけが届き、残りは一度も届いていません。残りはそこに着く前の、送り出す経路で失われています。",
  "finding.request-lost.first-filter":
    "{name}では、クライアントの大きなメッセージは{datagrams}回とも最初のIPフラグメント（{sizes}バイト）だけが届き、残りは一度も届かず、ゲートウェイも応答していません。クライアントのPCでポートを条件に取ったキャプチャ（残りが隠れます）でなければ、残りは送り出す経路で失われています。",
  "finding.request-lost.first-both":
    "2つのキャプチャに同じログインがあります。{near}ではクライアントの大きなメッセージのIPフラグメントがすべて送り出されていますが、{name}では{datagrams}回とも最初のもの（{sizes}バイト）だけが届き、残りは一度も届いていません。残りはクライアントからゲートウェイへの途中で失われています。",
  "finding.request-lost.later":
    "{name}では、クライアントの大きなメッセージは{datagrams}回とも後ろのIPフラグメント（{sizes}バイト）だけが届き、最初のものは一度も届いていません。最初のものは送り出す経路で失われています。最も大きいためか、これだけがポート番号を持ち、UDPポート4500が遮断されているためです。",
  "finding.request-lost.last-ike-fragment":
    "{name}では、{total}個のIKEフラグメントに分けたクライアントのログインのメッセージは{requests}回とも、最後の最も小さいもの（IPパケットとして{sizes}バイト）だけが届いています。それより大きいものは、その大きさのために送り出す経路で失われています。",
  "finding.request-lost.some-ike-fragments":
    "{name}では、{total}個のIKEフラグメントに分けたクライアントのログインのメッセージは{requests}回届いていますが、一度もそろっていません（届いたのはIPパケットとして{sizes}バイトのもの）。残りは送り出す経路で失われています。",
  "finding.request-lost.some":
    "{name}では、クライアントの大きなメッセージは{datagrams}回とも一部のIPフラグメントが欠けて届いています（届いたのは{sizes}バイトのもの）。欠けたものは送り出す経路で失われています。",
  "finding.request-lost.nothing":
    "{name}では、ゲートウェイがIKE_SA_INITに応答していますが、その次に来るはずのログインのメッセージがまったく届いていません。クライアントが次に送ったものは、そこに着く前の、送り出す経路で失われています。UDPポート4500を除いて取ったキャプチャでも同じように見えます。",
  "finding.request-lost.nothing-both":
    "2つのキャプチャに同じログインがあります。{near}ではクライアントがログインのメッセージを送っていますが、{name}にはIKE_SA_INITしか届いていません。ログインのメッセージはクライアントからゲートウェイへの途中で失われています。",
  "finding.request-lost.given-up":
    "ゲートウェイ自身が、クライアントのメッセージの最初のIPフラグメントは届いたが残りが届かなかったと{errors}回知らせました（ICMP reassembly time exceeded）。残りは送り出す経路で失われています。",
  "finding.request-lost.clear":
    "クライアントのログインのメッセージは、ゲートウェイに完全な形で届いています。",
  "finding.request-lost.unknown":
    "クライアントのログインのメッセージがゲートウェイに届くかどうか：ゲートウェイで取ったキャプチャが必要です。",
  "finding.answer-lost.found":
    "2つのキャプチャに同じログインがあります。{name}ではゲートウェイの応答（IPパケットとして{sizes}バイト）がすべて送り出されていますが、{near}には完全な形で届いていません。応答はゲートウェイからクライアントへの途中で失われています。",
  "finding.answer-lost.clear": "ゲートウェイの応答は、クライアント側のキャプチャに届いています。",
  "finding.answer-lost.unknown":
    "ゲートウェイの応答が戻る途中で失われるかどうか：同じログインを両端で取ったキャプチャが必要です。",
  "part.whole": "分割されていないパケット",
  "part.ip-fragment": "IPフラグメント（{of}個中の{number}番目）",
  "part.ike-fragment": "IKEフラグメント（{of}個中の{number}番目）",
  "finding.lost-out.size":
    "両端の記録から分かること：{exchange}はクライアントから送信されましたが（送信{sendings}回、{near}）、ゲートウェイには一度も完全な形で届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。届いた最大のパケットは{most}バイトです。",
  "finding.lost-out.fragment":
    "両端の記録から分かること：{exchange}はクライアントから送信されましたが（送信{sendings}回、{near}）、ゲートウェイには一度も完全な形で届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。{most}バイトまでのパケットは届いているため、サイズは原因ではありません。",
  "finding.lost-out.port":
    "両端の記録から分かること：{exchange}はクライアントから送信されましたが（送信{sendings}回、{near}）、ゲートウェイには一度も届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。これはどの経路でも通るサイズで、ゲートウェイのもう一方のUDPポート宛てのパケットは届いています。違いはポートです。",
  "finding.lost-out.open":
    "両端の記録から分かること：{exchange}はクライアントから送信されましたが（送信{sendings}回、{near}）、ゲートウェイには一度も完全な形で届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。届いた最大のパケットは{most}バイトです。原因がサイズか、IPフラグメントであることか、UDPポートの遮断かは、ほかに送信されたパケットからは判断できません。",
  "finding.lost-out.once":
    "両端の記録から分かること：{exchange}はクライアントから一度だけ送信されましたが（{near}）、ゲートウェイには完全な形で届いていません（{far}）。失われたのは{which}で、IPパケットとして{ipBytes}バイトです。一度だけなら偶然かもしれません。",
  "finding.lost-out.log":
    "両端の記録から分かること：{exchange}はクライアントから送信されましたが（送信{sendings}回、{near}）、ゲートウェイには一度も完全な形で届いていません（{far}）。どのIPパケットが失われたかは、ログからは分かりません。",
  "finding.lost-out.clear":
    "この接続のためにクライアントが送信したものは、再送も含めれば、ゲートウェイに届いています。",
  "finding.lost-out.unknown":
    "クライアントの送信がゲートウェイに届いているかどうか：同じ接続を両端で記録する必要があります。",
  "finding.lost-back.size":
    "両端の記録から分かること：{exchange}への応答はゲートウェイから送信されましたが（送信{sendings}回、{near}）、クライアントには一度も完全な形で届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。届いた最大のパケットは{most}バイトです。",
  "finding.lost-back.fragment":
    "両端の記録から分かること：{exchange}への応答はゲートウェイから送信されましたが（送信{sendings}回、{near}）、クライアントには一度も完全な形で届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。{most}バイトまでのパケットは届いているため、サイズは原因ではありません。",
  "finding.lost-back.port":
    "両端の記録から分かること：{exchange}への応答はゲートウェイから送信されましたが（送信{sendings}回、{near}）、クライアントには一度も届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。これはどの経路でも通るサイズで、ゲートウェイのもう一方のUDPポートからのパケットは届いています。違いはポートです。",
  "finding.lost-back.open":
    "両端の記録から分かること：{exchange}への応答はゲートウェイから送信されましたが（送信{sendings}回、{near}）、クライアントには一度も完全な形で届いていません（{far}）。毎回失われているのは{which}で、IPパケットとして{ipBytes}バイトです。届いた最大のパケットは{most}バイトです。",
  "finding.lost-back.once":
    "両端の記録から分かること：{exchange}への応答はゲートウェイから一度だけ送信されましたが（{near}）、クライアントには完全な形で届いていません（{far}）。失われたのは{which}で、IPパケットとして{ipBytes}バイトです。一度だけなら偶然かもしれません。",
  "finding.lost-back.log":
    "両端の記録から分かること：{exchange}への応答はゲートウェイから送信されましたが（送信{sendings}回、{near}）、クライアントには一度も完全な形で届いていません（{far}）。どのIPパケットが失われたかは、ログからは分かりません。",
  "finding.lost-back.clear":
    "この接続のためにゲートウェイが送信したものは、再送も含めれば、クライアントに届いています。",
  "finding.lost-back.unknown":
    "ゲートウェイの応答がクライアントに届いているかどうか：同じ接続を両端で記録する必要があります。",
  "finding.lost-by-chance.login":
    "{exchange}のパケットが失われましたが、同じ種類で同じサイズのほかのパケットは届いています。サイズも種類も原因ではありません。ゲートウェイ宛ての{sentOut}個のうち{lostOut}個、クライアント宛ての{sentBack}個のうち{lostBack}個が失われました。",
  "finding.lost-by-chance.some":
    "途中で失われたパケットがありますが、同じ種類で同じサイズのほかのパケットは届いています。ゲートウェイ宛ての{sentOut}個のうち{lostOut}個、クライアント宛ての{sentBack}個のうち{lostBack}個が失われました。",
  "finding.lost-by-chance.clear": "別のときには届いたのに失われた、というパケットはありません。",
  "finding.lost-by-chance.unknown": "偶然に失われるパケットの割合：同じ接続を両端で記録する必要があります。",
  "finding.both-ends-joined.spi":
    "{near}と{far}には同じ接続が記録されています（両方にある接続：{logins}件）。SPIが同じです。時計の差は分かりません。",
  "finding.both-ends-joined.sizes":
    "{near}と{far}には同じ接続が記録されています（両方にある接続：{logins}件）。メッセージのサイズ、順序、時刻が一致します。時計の差は分かりません。",
  "finding.both-ends-joined.spi-clock":
    "{near}と{far}には同じ接続が記録されています（両方にある接続：{logins}件）。SPIが同じです。{ahead}の時計は{behind}の時計より{seconds}秒進んでいます（誤差は{uncertainty}秒以内）。",
  "finding.both-ends-joined.sizes-clock":
    "{near}と{far}には同じ接続が記録されています（両方にある接続：{logins}件）。メッセージのサイズ、順序、時刻が一致します。{ahead}の時計は{behind}の時計より{seconds}秒進んでいます（誤差は{uncertainty}秒以内）。",
  "finding.both-ends-joined.unknown": "両端で記録された接続はありません。",
  "finding.ends-not-joined.same-end":
    "{near}と{far}は、同じ接続を同じ側で記録したものです。どちら向きで失われているかは、これでは分かりません。一方を反対側で記録してください。",
  "finding.ends-not-joined.other-attempts":
    "{near}と{far}は同じクライアントと同じゲートウェイのものですが、別々の接続です。両方に記録された接続はありません。両方の記録を始めてから接続し、その後で両方を止めてください。",
  "finding.ends-not-joined.nothing-in-common":
    "{near}と{far}に共通する接続はありません。両方の記録を始めてから、問題のクライアントで一度だけ接続し、その後で両方を止めてください。",
  "finding.ends-not-joined.ambiguous":
    "{near}と{far}には、互いに同じ程度に一致する接続が複数あり、どれが同じ接続かを決められません。一度だけ接続して記録するか、SPIが出るようにログのレベルを上げてください。",
  "finding.ends-not-joined.clear": "接続を記録したファイルは、互いに対応しています。",
  "finding.ends-not-joined.unknown": "突き合わせるファイルが二つありません。",
  "finding.gateway-silent.found":
    "ゲートウェイ側で取った{name}では、クライアントの要求が{requests}回とも完全な形で届いていますが（IPパケットとして{sizes}バイト）、ゲートウェイは何も返していません。届くまでの途中では何も失われていないので、ゲートウェイのログとファイアウォールを確認してください。",
  "finding.gateway-silent.arrived":
    "ゲートウェイ側で取った{name}では、クライアントの要求が完全な形で届いています（{requests}回分）。ゲートウェイまでの途中で失われてはいません。ゲートウェイが応答したかどうかは、この記録からは分かりません。記録が早く終わったか、ゲートウェイが送るパケットが記録されていない可能性があります。",
  "finding.gateway-silent.clear": "ゲートウェイに完全な形で届いた要求には、応答が返されています。",
  "finding.gateway-silent.unknown":
    "届いた要求にゲートウェイが応答しているかどうか：ゲートウェイで取ったキャプチャが必要です。",
  "finding.last-first.found":
    "クライアントの大きなメッセージは{messages}回、最後のIPフラグメントから先に送られています（この順で{sizes}バイト）。規格上は問題ありませんが、AzureのVPNゲートウェイや一部のファイアウォールは、順序どおりでないIPフラグメントを捨てます。MTUを小さくしても順序は変わりません。",
  "finding.last-first.clear": "クライアントのIPフラグメントは順序どおりです。",
  "finding.last-first.mixed":
    "クライアントの大きなメッセージのIPフラグメントが{messages}回、順序どおりでない並びで送られています（この順で{sizes}バイト）。規格上は問題ありませんが、AzureのVPNゲートウェイや一部のファイアウォールは、このようなIPフラグメントを捨てます。MTUを小さくしても順序は変わりません。",
  "finding.last-first.unknown": "クライアントのIPフラグメントがどの順に送られるかは記録されていません。",
  "finding.inbound-path-mtu.learned":
    "ゲートウェイの応答は、要求を{requests}回送った後に、最大{least}バイトのIPフラグメントに分かれて届きました。その間にゲートウェイは、このPCへ向かう経路で通る大きさ（経路MTUは{least}～{most}バイト）を知ったことになります。ゲートウェイが遅いのではありません。",
  "finding.inbound-path-mtu.found":
    "ゲートウェイの応答は最大{least}バイトのIPフラグメントに分かれて届きました。このPCへ向かう方向では、ゲートウェイか経路がMTU {least}～{most}バイトを使っています。",
  "finding.inbound-path-mtu.left":
    "ゲートウェイの応答は、送り出された時点で最大{least}バイトのIPフラグメントに分かれていました。ゲートウェイは、このクライアントへ向けてMTU {least}～{most}バイトを使っています。",
  "finding.inbound-path-mtu.clear":
    "ゲートウェイのIPフラグメントは最大{least}バイトで、イーサネットの大きさのまま届いています。",
  "finding.inbound-path-mtu.unknown":
    "ゲートウェイから届くパケットの大きさの上限：IPフラグメントで届いた応答がありません。",
  "finding.ike-fragments-too-many.found":
    "IKE_AUTHは{total}個のIKEフラグメント（最大でIPパケットとして{ipBytes}バイト）に分けて{requests}回送られ、応答がありません。3.31より前のlibreswanが受け付けるのは{most}個までで、それより多いと、すべて届いていても黙って捨てます。数を減らして大きくするには、クライアントのインターフェイスのMTUを大きくする必要があります。これほど数が多いのは、そのMTUが異常に小さいためと考えられます。",
  "finding.ike-fragments-too-many.tiny":
    "クライアントのIKEフラグメントは最大でもIPパケットとして{ipBytes}バイトです（{total}個）。普通の経路で必要な大きさよりはるかに小さいものです。インターフェイスのMTUが異常に小さい（その場合は大きくする）か、一部のWindowsのようにクライアント自身がこのように小さく分けているかのどちらかです。",
  "finding.ike-fragments-too-many.clear":
    "応答のないメッセージで、異常に多い、または小さいIKEフラグメントに分けられたものはありません。",
  "finding.ike-fragments-tiny.clear": "クライアントのIKEフラグメントは通常の大きさです。",
  "finding.unanswered.seen-at-gateway":
    "ログインのメッセージがどうなったかは、ゲートウェイ側で記録されています。",
  "finding.ike-fragments-unanswered.clear":
    "通常の大きさのIKEフラグメントで送られ、応答のないログインはありません。",
  "finding.ike-fragments-unanswered.found":
    "IKE_AUTHは{total}個のIKEフラグメント（IPパケットとして{sizes}バイト）に分けて{requests}回送られ、何も返ってきません。考えられる原因は4つです。経路がその大きさのパケットを通さず、そのことを知らせない。UDPポート4500が遮断されている。ゲートウェイの応答が戻る途中で失われている。ゲートウェイが応答していない。",
  "finding.small-auth-unanswered.large":
    "IKE_AUTHは{ipBytes}バイトの1つのパケットで{requests}回送られ、応答がありません。考えられる原因は4つです。途中の狭い回線で分割されて一部が失われるか、黙って捨てられている。ポート4500が遮断されている。ゲートウェイの応答が失われている。ゲートウェイが応答していない。",
  "finding.small-auth-unanswered.told":
    "IKE_AUTHは分割を禁じた（DF）{ipBytes}バイトの1つのパケットで{requests}回送られ、応答がありません。途中のルーターは{pathMtu}バイトまでしか通らないと通知しましたが、クライアントは小さくして送り直していません。",
  "finding.small-auth-unanswered.dont-fragment":
    "IKE_AUTHは分割を禁じた（DF）{ipBytes}バイトの1つのパケットで{requests}回送られ、応答がありません。考えられる原因は4つです。途中にそれより小さいパケットしか通さない回線があり、そのことを知らせない。ポート4500が遮断されている。ゲートウェイの応答が失われている。ゲートウェイが応答していない。",
  "finding.gateway-guarded.found":
    "ゲートウェイがCOOKIEを求めました。接続の試みが多すぎるときの防御です。1分ほどおいて試してください。",
  "finding.gateway-guarded.taken":
    "ゲートウェイは、接続の試みが多すぎるときの防御として最初にCOOKIEを求め、それを返したクライアントと先に進みました。これは正常な動作です。",
  "finding.gateway-guarded.again":
    "ゲートウェイがCOOKIEを求め、クライアントが返しましたが、ゲートウェイは再びCOOKIEを求めました。受け入れられるのは、古すぎず、渡した相手と同じアドレスから返されたCOOKIEだけです。1分ほどおいて試し、変わらなければゲートウェイのログを確認してください。",
  "finding.gateway-guarded.silent":
    "ゲートウェイがCOOKIEを求め、クライアントが返しましたが、その後の応答はキャプチャにありません。ゲートウェイには届いています。要求がどう扱われたかは、ゲートウェイのログで分かります。",
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
  "finding.recent-failure.found": "WindowsにこのVPNの接続の失敗が記録されています（{when}、エラー{code}）。",
  "finding.recent-failure.clear": "過去24時間に、このVPNの接続の失敗は記録されていません。",
  "finding.recent-failure.unknown": "Windowsに記録されたVPN接続の失敗は読み取られていません。",
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
  "link.1480.ipv6":
    "1480バイトという経路のMTUは、IPv6をIPv4のトンネルに入れて運ぶ回線（6in4）によく見られます。",
  "link.1476": "経路のMTU 1476バイトは、GREトンネルによく見られます。",
  "link.1464": "経路のMTU 1464バイトは、PPPoE回線の上でIPv4をIPv6に変換したときのフラグメントの上限です。",
  "link.1460": "経路のMTU 1460バイトは、DS-LiteやMAP-E（IPv6の中のIPv4）によく見られます。",
  "link.1454": "経路のMTU 1454バイトは、NTTフレッツのPPPoE回線によく見られます。",
  "link.1440": "経路のMTU 1440バイトは、IPv4上のWireGuardトンネルによく見られます。",
  "link.1420": "経路のMTU 1420バイトは、WireGuardトンネルによく見られます。",
  "link.1280": "経路のMTU 1280バイトは、IPv6で許される最小の値で、トンネルによく見られます。",
  "finding.login-answered-sometimes.found":
    "同じキャプチャに、同じくらい大きいIPフラグメント（最大{ipBytes}バイト）で送られて応答のあったログインもあります。この経路は少なくともときにはこの大きさを通すため、MTUを小さくしても解決にはなりにくいと考えられます。",
  "finding.login-answered-sometimes.clear":
    "同じキャプチャの似たログインのうち、応答のあるものとないものに分かれたものはありません。",
  "finding.login-answered-sometimes.unknown": "キャプチャに記録されたログインは2つに足りません。",
  "finding.gateway-clients.one":
    "{name}には{clients}台のクライアントが記録されています（{since}以降）。{cameUp}台は接続でき、{client}だけが接続できません。ゲートウェイではなく、このクライアントの経路または端末に原因があると考えられます。各クライアントの最後の試行では、ログインが完全な形で届かなかったもの{incomplete}台、ゲートウェイが応答済みの要求を繰り返しているもの{repeated}台、拒否されたもの{refused}台（{reasons}）、応答がなかったもの{silent}台、結果が分からないもの{open}台です。",
  "finding.gateway-clients.all":
    "{name}には{clients}台のクライアントが記録されていますが（{since}以降）、1台も接続できていません。フラグメントを破棄する手前のファイアウォールなど、ゲートウェイ側、またはその設定に原因があると考えられます。各クライアントの最後の試行では、ログインが完全な形で届かなかったもの{incomplete}台、ゲートウェイが応答済みの要求を繰り返しているもの{repeated}台、拒否されたもの{refused}台（{reasons}）、応答がなかったもの{silent}台、結果が分からないもの{open}台です。",
  "finding.gateway-clients.some":
    "{name}には{clients}台のクライアントが記録されています（{since}以降）。{cameUp}台は接続でき、{failed}台は接続できていません。各クライアントの最後の試行では、ログインが完全な形で届かなかったもの{incomplete}台、ゲートウェイが応答済みの要求を繰り返しているもの{repeated}台、拒否されたもの{refused}台（{reasons}）、応答がなかったもの{silent}台、結果が分からないもの{open}台です。",
  "finding.gateway-clients.clear":
    "{name}には{clients}台のクライアントが記録されており、失敗した試行は見当たりません。",
  "finding.gateway-clients.unknown":
    "同じゲートウェイのほかのクライアントの状況は分かりません。ゲートウェイのログ、またはゲートウェイで取ったキャプチャが必要です。",
  "finding.server-events.refused":
    "WindowsのVPNサーバーが、{client} からのログインを拒否しています（イベント {event}、{at}）。拒否されたログインはサーバーまで届いているので、このログインについてはパケットの大きさは原因ではありません。ただし、このイベントにはVPNの種類が記録されません。IKEv2のほか、SSTP、L2TP、PPTPの可能性もあります。",
  "finding.server-events.refused-with":
    "WindowsのVPNサーバーが、{client} からのログインをエラー {code} で拒否しています（イベント {event}、{at}）。拒否されたログインはサーバーまで届いているので、このログインについてはパケットの大きさは原因ではありません。ただし、このイベントにはVPNの種類が記録されません。IKEv2のほか、SSTP、L2TP、PPTPの可能性もあります。",
  "finding.server-events.not-able":
    "WindowsのVPNサーバーに、IKEv2に必要な証明書、共有キー、または使用できるポリシーがありません（イベント {event}、{at}）。",
  "finding.server-events.ike-failed":
    "WindowsのVPNサーバーに、{client} との{protocol}ネゴシエーションの失敗が記録されています（イベント {event}、{at}、SPI {spi}）。相手側から始まったネゴシエーションなので、相手からのメッセージはサーバーに届いています。ただし、どのメッセージまで届いたかは、このイベントからは分かりません。",
  "finding.server-events.ike-failed-either":
    "WindowsのVPNサーバーに、{client} との{protocol}ネゴシエーションの失敗が記録されています（イベント {event}、{at}、SPI {spi}）。テキスト形式のイベントからは、どちら側が始めたのかを確実に判別できません。同じイベントをXML形式で出力すると分かります。",
  "finding.server-events.not-finished":
    "WindowsのVPNサーバーに、完了しなかったログインが記録されています（イベント {event}、{at}）。このイベントには、クライアントのアドレスもVPNの種類も記録されません。",
  "finding.server-events.clear":
    "WindowsのVPNサーバーのイベントを{count}件読み取りました。失敗したログインの記録はありません。",
  "finding.server-events.unknown":
    "WindowsのVPNサーバー（RRAS）のイベントはありません。ゲートウェイがWindowsのVPNサーバーなら、ログインを拒否したかどうかがイベントで分かります。",
  "finding.answered-elsewhere.found":
    "同じゲートウェイが、{good} ではIKE_AUTHに応答し、{bad} では応答していません。違いは途中のネットワークにあり、ゲートウェイの設定や認証情報ではありません。",
  "finding.answered-elsewhere.clear": "どのキャプチャでも、IKE_AUTHに応答があるかどうかは同じです。",
  "finding.answered-elsewhere.unknown":
    "つながるネットワークでのキャプチャがもう1つあれば、違いが分かります。",
});
