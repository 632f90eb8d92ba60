/**
 * What is sent to whoever can change something on the way of a VPN's messages: the gateway's administrator,
 * or those who run a firewall or a network. Japanese.
 */
import { forward as english } from "../en/forward.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const forward = translationOf(english, {
  to: {
    gateway: "VPNゲートウェイの管理者の方へ",
    carrier: "クライアントとVPNゲートウェイの間のファイアウォールまたはネットワークを担当される方へ",
  },
  subject: "IKEv2 VPN：{about}（{gateway}）",
  subjectOpen: "IKEv2 VPN（要確認）：{about}（{gateway}）",
  about: {
    "outbound-fragments-too-large": "ゲートウェイへの大きなIPフラグメントが失われます",
    "outbound-fragments-dropped": "ゲートウェイへのIPフラグメントが失われます",
    "inbound-fragments-lost": "ゲートウェイからのIPフラグメントが失われます",
    "ike-auth-unanswered": "ゲートウェイへの大きなメッセージに応答がありません",
    "path-mtu-black-hole": "大きなパケットが、Packet Too Bigの通知なしに失われます",
    "ike-fragments-too-large": "IKEフラグメントが経路に対して大きすぎます",
    "ike-fragments-lost": "IKEフラグメントが失われます",
    "udp-500-blocked": "UDPポート500に応答がありません",
    "udp-4500-blocked": "UDPポート4500に応答がありません",
    "gateway-unreachable": "ゲートウェイから応答がありません",
    "gateway-rejects": "ゲートウェイが接続を拒否します",
    "slow-gateway": "ゲートウェイの応答が遅れます",
    "esp-mtu": "トンネル内の大きなパケットが失われます",
    healthy: "接続に失敗しましたが、ネットワークが原因ではありません",
    "insufficient-evidence": "接続に失敗しますが、原因は確定していません",
  },
  what: {
    "outbound-fragments-too-large":
      "クライアントからゲートウェイへのIPフラグメントが、一定のサイズを超えると失われます。それより小さいものと、小さなメッセージは届きます。",
    "outbound-fragments-dropped":
      "クライアントからゲートウェイへのIPフラグメントが、どれだけ小さくしても失われます。1パケットに収まる小さなメッセージは届きます。",
    "inbound-fragments-lost":
      "IPフラグメントで送られるゲートウェイの大きな応答が、クライアントに完全な形で届きません。小さな応答は届きます。",
    "ike-auth-unanswered":
      "ゲートウェイは、クライアントの最初の小さなメッセージには応答しますが、次の大きなメッセージには応答しません。失われているのがそのメッセージか応答かは、クライアント側だけでは分かりません。",
    "path-mtu-black-hole":
      "一定のサイズを超えるパケットが、クライアントとゲートウェイの間で失われ、Packet Too Bigの通知も返りません。それより小さいパケットは届きます。",
    "ike-fragments-too-large":
      "IKEフラグメンテーション（RFC 7383）が使われていますが、そのフラグメントのサイズのパケットが失われます。それより小さいパケットは届きます。",
    "ike-fragments-lost":
      "IKEフラグメンテーション（RFC 7383）が使われていますが、続けて送られるパケットの一部が届きません。",
    "udp-500-blocked": "ゲートウェイはUDPポート4500では応答しますが、UDPポート500では応答しません。",
    "udp-4500-blocked":
      "ゲートウェイはUDPポート500では応答しますが、UDPポート4500では小さなメッセージにも応答しません。",
    "gateway-unreachable": "最も小さなメッセージにも、ゲートウェイから応答がありません。",
    "gateway-rejects":
      "メッセージは双方向に届いていますが、クライアントの提案または認証を、ゲートウェイが受け入れません。",
    "slow-gateway":
      "メッセージは双方向に届いていますが、ゲートウェイの応答が遅いか、再送の後にだけ返ります。",
    "esp-mtu": "VPNは接続できますが、トンネル内の大きなパケットが失われます。小さなパケットは届きます。",
    healthy:
      "試したどのサイズのメッセージも、双方向に届いています。それでも接続に失敗したため、パケットのサイズは原因ではありません。",
    "insufficient-evidence": "接続に失敗します。原因はまだ確定していません。測定できたことは次のとおりです。",
  },
  likely: "確定ではありませんが、最も可能性の高い説明は次のとおりです。{what}",
  both: "IPフラグメントは双方向で失われます。",
  confidence: "確度：{level}",
  headings: {
    when: "日時",
    between: "区間",
    measured: "測定結果",
    reproduce: "再現方法",
    asked: "お願いしたいこと",
    reference: "参照",
  },
  colon: "：",
  inZone: "{utc}（現地時刻：{local}）",
  byLog: "{at}（ログの時計による）",
  client: "クライアント：{names}（本体に設定されたアドレスです。NATの外からは別のアドレスに見えます）",
  gateway: "ゲートウェイ：{names}",
  ports: "IKEv2（UDP）、ゲートウェイのポート{ports}",
  and: "{first}と{last}",
  lostOn: {
    outbound: "クライアントからゲートウェイへの途中で失われています",
    inbound: "ゲートウェイからクライアントへの途中で失われています",
    both: "双方向で失われています",
    undetermined: "失われているのがクライアントのメッセージかゲートウェイの応答かは、まだ分かりません",
  },
  sizes: "サイズは、特に断りがなければ、ヘッダーを含むIPパケット全体のバイト数です。",
  answered: "{sent}回中{answered}回応答",
  unanswered: "{sent}回中{sent}回応答なし",
  tooBig: "大きすぎるとルーターが通知",
  unreachable: "到達不能の通知",
  tried: {
    control: "比較用：{ipBytes}バイトの1パケットに収まる小さなIKEメッセージ、UDPポート{port}",
    whole: "{ipBytes}バイトの1パケットのIKEメッセージ、UDPポート{port}",
    wholeDf: "{ipBytes}バイトの1パケットのIKEメッセージ（DFあり）、UDPポート{port}",
    split:
      "1パケットなら{ipBytes}バイトになるIKEメッセージを{pieces}バイトのIPフラグメントで送信、UDPポート{port}",
    trial:
      "1パケットなら{ipBytes}バイトになるIKEメッセージをMTU {mtu}で{pieces}バイトのIPフラグメントに分けて送信、UDPポート{port}",
    ping: "ペイロード{payload}バイトのping（IPパケットとして{ipBytes}バイト）",
    pingDf: "ペイロード{payload}バイトのping（DFあり、IPパケットとして{ipBytes}バイト）",
    reflected: "インターネット上のテスト用ホストからクライアントへの{ipBytes}バイトのパケット",
  },
  around: {
    both: "（大きなメッセージの前後）",
    before: "（大きなメッセージの前）",
    after: "（大きなメッセージの後）",
    none: "",
  },
  message: {
    whole: "クライアントからの{name}：{ikeLength}バイトのIKEメッセージ、{pieces}バイトの1パケット",
    ipFragments: "クライアントからの{name}：{ikeLength}バイトのIKEメッセージ、{pieces}バイトのIPフラグメント",
    ikeFragments:
      "クライアントからの{name}：{ikeLength}バイトのIKEメッセージ、{pieces}バイトのパケットのIKEフラグメント",
    sized: "クライアントからの{name}：{ikeLength}バイトのIKEメッセージ",
    bare: "クライアントからの{name}",
  },
  sentAt: "最初の送信は{at}",
  watched: "最後の送信から{seconds}秒間、応答なし",
  incomplete: {
    inbound:
      "ゲートウェイからメッセージの一部だけが{pieces}バイトのIPフラグメントで到着：{count}回、残りは届かず",
    outbound:
      "クライアントからメッセージの一部だけが{pieces}バイトのIPフラグメントで到着：{count}回、残りは届かず",
  },
  begun: {
    ipFragments: {
      out: "テストで開始したログイン、{bytes}バイトのIKEメッセージをIPフラグメントでゲートウェイへ",
      back: "テストで開始したログイン、{bytes}バイトのIKEメッセージをIPフラグメントでクライアントへ",
    },
    ikeFragments: {
      out: "テストで開始したログイン、{bytes}バイトのIKEメッセージをIKEフラグメントでゲートウェイへ",
      back: "テストで開始したログイン、{bytes}バイトのIKEメッセージをIKEフラグメントでクライアントへ",
    },
    passed: "到着",
    lost: "{tries}回中{tries}回失われた",
  },
  inPart:
    "ゲートウェイから応答のIKEフラグメントの一部だけが到着：{count}回、{total}個中の{missing}番目が届かず",
  espIncomplete: "完全な形にならなかった、ゲートウェイのESPパケットのIPフラグメント：{count}個",
  esp: {
    outbound: "クライアントからのESP：{packets}パケット、最大{bytes}バイト",
    inbound: "ゲートウェイからのESP：{packets}パケット、最大{bytes}バイト",
  },
  packetTooBig: "{router}が、パケットが大きすぎると通知：次のリンクが運べるのは{mtu}バイト",
  ras: "Windowsが接続のエラー{code}を記録",
  rasAt: "Windowsが接続のエラー{code}を{at}に記録",
  notify: "ゲートウェイの応答は{name}",
  offers: {
    neither:
      "クライアントはIKEフラグメンテーション（RFC 7383）への対応を通知しましたが、ゲートウェイは通知していません",
    gateway: "ゲートウェイはIKEフラグメンテーション（RFC 7383）への対応を通知しています",
  },
  more: "ほかに{count}通りのサイズも試しました。すべてレポートにあります",
  reproduce: {
    probe: "同じメッセージをもう一度送る（ゲートウェイのアカウントは不要）",
    whole: "Windows：{ipBytes}バイトの1パケット",
    split: "Windows：{ipBytes}バイト（IPフラグメントで送信）",
    wholeUnix: "Linux：{ipBytes}バイトの1パケット",
    splitUnix: "Linux：{ipBytes}バイト（IPフラグメントで送信）",
    watch: "届いたものを見る（ポート番号のないIPフラグメントを含む）",
    pings:
      "pingはUDPと別の扱いを受けることがあります。失われるpingは不具合を示しますが、届くpingは何の証明にもなりません。",
  },
  ask: {
    enable:
      "ゲートウェイでIKEフラグメンテーション（RFC 7383）を有効にしていただけないでしょうか。大きなIKEメッセージが、多くのネットワークで失われやすいIPフラグメントではなく、小さな独立したパケットとして送られるようになります。対応していないクライアントには影響しません。",
    tested: "この経路とこのゲートウェイで、IKEフラグメントが届くことを確認済みです。",
    testedSize:
      "この経路とこのゲートウェイで、{bytes}バイトまでのパケットのIKEフラグメントが届くことを確認済みです。",
    setting: "{product}：{text}",
    arriving:
      "下記の日時に、クライアントのIPフラグメントがゲートウェイの外側インターフェイスに届いているか、手前のファイアウォールが破棄していないかを、ご確認ください。",
    leaving:
      "下記の日時に、ゲートウェイの応答がIPフラグメントとして外側インターフェイスから出ているか、手前のファイアウォールが破棄していないかを、ご確認ください。",
    logged: "下記の日時のゲートウェイのログで、大きなメッセージが届いているかどうかを、ご確認ください。",
    findOut:
      "クライアントからゲートウェイへの途中で何がUDPのIPフラグメントを破棄しているかを調べ、通していただけないでしょうか。2つ目以降のIPフラグメントにはポート番号がないため、ポートだけの規則には一致しません。",
    findBack:
      "ゲートウェイからクライアントへの途中で何がUDPのIPフラグメントを破棄しているかを調べ、通していただけないでしょうか。2つ目以降のIPフラグメントにはポート番号がないため、ポートだけの規則には一致しません。",
    above:
      "{passed}バイトのIPフラグメントは届き、{lost}バイトのものは届きません。この間にある制限を、ご確認ください。",
    blackHole:
      "{lost}バイトより小さいパケットしか運べないリンクやトンネルと、そのPacket Too Big（ICMPタイプ3コード4、ICMPv6タイプ2）を送信元へ届かなくしているものを、お調べください。",
    blackHoleOpen:
      "MTUの小さいリンクやトンネルと、そのPacket Too Big（ICMPタイプ3コード4、ICMPv6タイプ2）を送信元へ届かなくしているものを、お調べください。",
    smaller:
      "ゲートウェイのIKEフラグメントを小さくしていただけないでしょうか。{lost}バイトのパケットが失われています。",
    smallerOpen: "設定できる場合は、IKEフラグメントを小さくしていただけないでしょうか。",
    bursts:
      "続けて送られるUDPパケットの一部を破棄しているもの（毎秒のパケット数の制限、フラッド対策、IKEの検査など）を、お調べください。",
    port: "クライアントとゲートウェイの間で、UDPポート{port}を双方向に通していただけないでしょうか。",
    ports:
      "クライアントとゲートウェイの間で、UDPポート500と4500を双方向に通していただき、ゲートウェイが動作しているかもご確認ください。",
    refused: "下記の日時のゲートウェイのログで、拒否した理由（提案、証明書、認証情報）を、ご確認ください。",
    slow: "下記の日時にゲートウェイが何を待っていたか（負荷、RADIUS、証明書の検証など）を、ご確認ください。",
    esp: "ゲートウェイで、トンネルのMTUまたはMSSの上限を小さくしていただけないでしょうか。",
    espCarrier:
      "クライアントとゲートウェイの間で、UDPポート4500またはESPの大きなパケットを破棄しているものを、お調べください。",
    healthy: "下記の日時のゲートウェイのログで、ログインがどうなったかを、ご確認ください。",
  },
  madeBy: "測定と判定：ikefrag、判定は{verdict}",
  report: "レポート {id}",
  attached: "添付：{names}",
  fullText: "測定結果を含む全文は、添付または別送をご覧ください。",
});
