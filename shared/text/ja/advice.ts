/** Advice: where an MTU comes from, what to do, what to ask next, and what to know besides. Japanese. */
import { advice as english } from "../en/advice.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const advice = translationOf(english, {
  "term.ipv6-link": "IPv6回線のMTU",
  "term.ipv6-header": "IPv6ヘッダー",
  "term.ipv4-header": "置き換えられるIPv4ヘッダー",
  "term.ipv6-fragment-header": "IPv6フラグメントヘッダー",
  "term.verified-cap": "この値そのもので試し、応答があった",
  "term.measured-path-mtu": "応答のあった、分割しないパケットの最大",
  "term.told-path-mtu": "ルーターが通知した経路のMTU",
  "term.told-elsewhere": "別のホストへの経路でルーターが通知した経路のMTU",
  "term.pinned-path-mtu": "経路のMTU（この大きさは通り、それをわずかに超えると断られる）",
  "term.arrived-at-gateway": "クライアントから送信され、ゲートウェイに届いたことが確認された最大のパケット",
  "term.recut": "途中のルーターが大きなパケットを分割したサイズ（到着側で確認）",
  "term.sure-to-pass":
    "ほとんどの経路で通るサイズ。より大きい値でも通る可能性があり、クライアントのPCでテストを実行すると分かります",
  "action.client-fragment-size":
    "または、VPNクライアントにIKEフラグメントのサイズの設定があれば、小さくしてください。",
  "action.gateway-packet-size":
    "ゲートウェイの管理者へ：ゲートウェイから送信された{ipBytes}バイトまでのパケットは、クライアントに届いています。IKEフラグメントをこれより大きくしないでください。",
  "action.gateway-firewall":
    "ゲートウェイの応答を途中で破棄しているものがないか（ゲートウェイやその回線事業者のファイアウォールなど）、ゲートウェイの管理者に確認してもらってください。",
  "trial.1472": "1472：IPv6に変換されても、フラグメントが1500バイトのIPv6回線に収まる最大の値",
  "trial.1452": "1452：1480バイトのIPv6回線について同じ計算をした値。PPPoE回線にも収まる",
  "trial.1400": "1400：多くの携帯回線やトンネルに収まる値",
  "trial.1280": "1280：どのIPv6経路でも通る最小の値。最後に試すもの",
  "action.apply-mtu":
    "下のコマンドでインターフェイスのMTUを設定し、もう一度接続してください。改善しなければ元に戻してください。",
  "action.apply-mtu-later":
    "MTUを下の値にすると、つながる可能性があります。ただし、設定するコマンドと元に戻すコマンドを示すには情報が足りません。足りないものを下に示すので、先にそろえてください。",
  "action.ask-for-commands":
    "このMTUを設定するコマンドは、ヘルプデスクに問い合わせてください。コマンドにはネットワークインターフェイスの名前が入るため、このページには載せていません。",
  "action.run-probe":
    "つながらないネットワークで診断を実行してください。1分ほどで、どちら向きのパケットが失われているかが分かります。",
  "action.run-again": "そのあともう一度診断し、どう変わったかを確かめてください。",
  "action.ask-server-fragmentation":
    "ゲートウェイの管理者に、IKEフラグメンテーション（RFC 7383）を有効にするよう依頼してください。これが根本的な対策です。",
  "action.client-fragmentation":
    "ゲートウェイはIKEフラグメンテーション（RFC 7383）に対応しています。VPNクライアントの側でも使えるように、クライアントを更新するか、管理者に相談してください（Windows 10 1803以降は対応しています）。",
  "action.other-network": "当面は、有線の代わりにWi-Fiを使うなど、別のネットワークを使ってください。",
  "action.no-mtu-change": "MTUはそのままにしてください。",
  "action.fit-the-path":
    "この大きさはシステムが自動的に学習するため、変更が必要になることはまれです。VPNがつながらない場合は、下のコマンドでインターフェイスのMTUを経路に合わせ、もう一度接続してください。改善しなければ元に戻してください。",
  "action.fit-the-path-later":
    "この大きさはシステムが自動的に学習するため、変更が必要になることはまれです。VPNがつながらない場合は、インターフェイスのMTUを下の値にすると、つながる可能性があります。",
  "action.name-gateway":
    "{host} がVPNゲートウェイであれば、それを指定してもう一度診断してください：`ikefrag analyze … --gateway {host}`、またはページのゲートウェイの欄。",
  "action.server-fragment-size": "ゲートウェイの管理者に、IKEフラグメントを小さくするよう依頼してください。",
  "action.open-port-500": "このネットワークかゲートウェイ側で、UDPポート500を通すよう依頼してください。",
  "action.open-port-4500": "このネットワークかゲートウェイ側で、UDPポート4500を通すよう依頼してください。",
  "action.check-gateway": "ゲートウェイの名前とアドレス、動作しているかどうかを確認してください。",
  "action.check-credentials":
    "認証情報、証明書、暗号方式の設定を確認してください。何が受け入れられなかったかはゲートウェイのログに残ります。",
  "action.check-gateway-load":
    "たびたび遅い場合は、ゲートウェイの負荷、RADIUS、証明書の確認を調べてください。",
  "action.choose-ikev2": "ゲートウェイが対応していれば、VPN設定の種類をIKEv2にしてください。",
  "action.tunnel-mtu": "VPN自体のインターフェイスのMTUを、暗号方式に応じた値に下げてください。",
  "action.nothing": "変更の必要はありません。",
  "action.dial-while-recording":
    "失敗する様子を記録してください。記録しながら接続を試すためのコマンドは、サポート担当者から受け取れます。",
  "action.gateway-log-at":
    "ゲートウェイの管理者に、{at} ごろのログを確認してもらってください。接続の要求が届いたかどうか、なぜ失敗したかが分かります。",
  "action.gateway-log-of-failure":
    "ゲートウェイの管理者に、接続に失敗した時刻のログを確認してもらってください。接続の要求が届いたかどうか、なぜ失敗したかが分かります。",
  "next.probe":
    "つながらないネットワークでの診断の実行。IKEメッセージを分割して送り、失われているのが往路か復路かを見分けます。",
  "next.probe-size":
    "つながらないネットワークでの診断の実行。ゲートウェイまで届く最大のパケットの大きさを調べます。",
  "next.probe-ports": "つながらないネットワークでの診断の実行。ポート500と4500の両方を試します。",
  "next.capture":
    "接続に失敗するところをこのPCで取ったキャプチャ（ポート番号ではなく、ゲートウェイのアドレスで絞り込んだもの）。",
  "next.what-if": "テストの間だけMTUを小さくして行う同じ診断。より小さく分割すれば通るかどうかが分かります。",
  "next.tunnel-ping":
    "VPNにつないだ状態で、ゲートウェイの先にある機器へ大きさを変えながら送るping（`ping -f -l 大きさ`）。中を通せるパケットの大きさが分かります。",
  "next.server-capture":
    "同じ時刻のゲートウェイ側のキャプチャ。要求が届いたか、応答が送られたかが分かります。ゲートウェイで記録を始め、このPCから1回接続し、そのファイルを今回の情報と一緒に渡してください。ポート番号だけで絞り込むと、IPフラグメントが記録されません。",
  "next.server-capture-of-client":
    "同じ時刻のゲートウェイ側のキャプチャ。要求が届いたか、応答が送られたかが分かります。ゲートウェイで記録を始め、このPCから1回接続し、記録を止めて、そのファイルを今回の情報と一緒に渡してください。CLIENTはゲートウェイから見えるこのPCのアドレス、INTERFACEはインターネット側のインターフェイスに置き換えてください。ポート番号だけで絞り込むと、IPフラグメントが記録されません。",
  "next.later": "数分おいてもう一度行う同じ診断。それまでにゲートウェイは今回の接続の試みを忘れます。",
  "next.capture-if-failing":
    "それでもVPNがつながらない場合は、そのときにこのPCで取ったキャプチャ（ポート番号ではなく、ゲートウェイのアドレスで絞り込んだもの）。",
  "next.interface-mtu":
    "このPCのインターフェイスとそのMTU（`netsh interface ipv4 show interfaces` の出力）。失われたパケットが分割されずに送られたかどうかが分かります。",
  "next.name-gateway":
    "どのホストがVPNゲートウェイか（`ikefrag analyze … --gateway ホスト`、またはページのゲートウェイの欄）。測った経路がゲートウェイまでのものかどうかが分かります。",
  "next.probe.short": "つながらないネットワークで行うこの診断の結果",
  "next.probe-size.short": "つながらないネットワークで行うこの診断の結果",
  "next.probe-ports.short": "つながらないネットワークで行うこの診断の結果",
  "next.capture.short": "接続に失敗するところをこのPCで取ったキャプチャ",
  "next.what-if.short": "テストの間だけMTUを小さくして行う同じ診断の結果",
  "next.tunnel-ping.short": "VPNの中へ大きさを変えながら送るpingの結果",
  "next.server-capture.short": "同じ時刻のゲートウェイ側のキャプチャ",
  "next.server-capture-of-client.short": "同じ時刻のゲートウェイ側のキャプチャ",
  "next.later.short": "数分おいてもう一度行う同じ診断の結果",
  "next.capture-if-failing.short": "VPNがつながらない場合のキャプチャ",
  "next.interface-mtu.short": "このPCのインターフェイスとそのMTUの一覧",
  "next.name-gateway.short": "VPNゲートウェイの名前かアドレス",
  "note.ping-measured":
    "{payload}はpingのデータの大きさで、MTUではありません。ヘッダーを加えたパケットは{ipBytes}バイトなので、その相手までの経路は少なくとも{ipBytes}バイトを通します。",
  "note.pings-alone":
    "送ったのはpingだけで、IKEのメッセージは送っていません。ネットワークによっては両者の扱いが異なるため、この判定の確かさは劣ります。診断プログラムの結果か、接続に失敗したときのキャプチャがあれば、確かになります。",
  "note.1472-is-no-cure":
    "MTUとしての1472には独自の根拠（上の計算）がありますが、万能ではありません。回線によっては別の値が必要です。",
  "note.durable-fix": "MTUの変更は応急処置です。根本的な対策は、IKEフラグメンテーション（RFC 7383）です。",
  "note.replug":
    "スマートフォンをつなぎ直すと、インターフェイスの番号が変わることがあります。コマンドを使い回す前に確認してください。",
  "note.persistent": "この設定は再起動しても残ります。このネットワークを使わなくなったら元に戻してください。",
  "note.no-windows":
    "ikefragが示すコマンドはWindows用で、この情報は別のシステムのものです。元の値を控えてから、そのシステムの方法でMTUを設定してください。",
  "note.which-interface":
    "ゲートウェイへ向かうインターフェイスが分からないため、コマンドを示せません。`netsh interface ipv{family} show interfaces` の出力を添えてください。",
  "note.which-mtu":
    "インターフェイスの現在のMTUが分からないため、元に戻すコマンドを示せません。変更する前に `netsh interface ipv{family} show interfaces` の出力を添えてください。",
  "note.fragments-untested":
    "分割しないパケットはこの大きさで通りますが、同じ大きさのIPフラグメントが通るかどうかは確認できていません。設定してもVPNがつながらない場合は、フラグメントも失われています。そのときは、IKEフラグメンテーション（RFC 7383）か別のネットワークが必要です。",
  "note.tunnel-ipv6":
    "1280バイトのパケットを通せないトンネルでは、IPv6は使えません。トンネルの中のIPv6を無効にするか、別のネットワークを使ってください。",
  "note.client-fragmentation":
    "IKEフラグメンテーションは双方の対応が必要ですが、このクライアントは対応を示していません。クライアントの更新や設定の変更も必要です（Windows 10 1803以降は対応しています）。",
  "action.raise-client-mtu":
    "クライアントのインターフェイスのMTUを確認してください（`netsh interface ipv4 show interfaces`）。1500よりはるかに小さければ1500に戻すと、ログインに必要なIKEフラグメントの数が減ります。",
  "action.update-gateway":
    "ゲートウェイが3.31より前のlibreswanであれば、更新を依頼してください。新しい版はより多くのIKEフラグメントを受け付けます。",
  "action.gateway-log":
    "ゲートウェイを確認してください。要求がどう扱われたかはログに記録されています。VPNサービスが動いているか、ゲートウェイ自身のファイアウォールも確認してください。",
  "action.other-client":
    "VPNクライアントを更新するか、別のクライアントで接続してください。そのPCでは、UDPポート500への応答をクライアントに渡さないセキュリティソフトがないかも確認してください。",
  "action.client-firewall":
    "クライアントのPCで、他のVPNクライアントを止め、ファイアウォールとセキュリティソフトのUDPポート500と4500の設定を確認してから、もう一度接続してください。",
  "next.other-client":
    "同じPC、同じネットワークから、別のVPNクライアントで接続した結果：つながれば、原因は元のクライアントにあります。",
  "next.other-client.short": "別のVPNクライアントで同じ接続を試した結果",
  "next.gateway-log": "要求が届いた時点のゲートウェイ自身のログ：応答しない理由が分かります。",
  "next.gateway-log.short": "その時点のゲートウェイ自身のログ",
  "note.both-ends":
    "このPC側とVPNゲートウェイ側の記録を突き合わせ、一方から送られたものがもう一方に届いたかどうかを調べました。",
  "note.view-gateway":
    "これはゲートウェイ、またはそこへ向かう途中で見えたものです。それでも送信方向はクライアントからゲートウェイへの方向を指し、「このPC」はクライアントのPCを指します。MTUを変える場合はクライアント側で行い、ゲートウェイでは変えないでください。",
  "note.commands-need-client":
    "ゲートウェイのキャプチャだけではコマンドを示しません。インターフェイスの一覧がゲートウェイ自身のものかもしれないためです。クライアントのPCでテストを実行するか、そこで取ったキャプチャを追加してください。",
  "note.mtu-will-not-help": "このPCのMTUを変えても改善しません。",
});
