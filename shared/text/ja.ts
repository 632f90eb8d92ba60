import type { PhraseKey } from "./en.ts";

/** 日本語。`{name}` は値が入る。不確かなことは不確かと書き、数値にはどの大きさかを必ず添える。 */
export const ja: Record<PhraseKey, string> = {
  "confidence.high": "高い",
  "confidence.medium": "中程度",
  "confidence.low": "低い",
  "direction.outbound": "このPCからゲートウェイへ",
  "direction.inbound": "ゲートウェイからこのPCへ",
  "direction.both": "両方向",
  "direction.undetermined": "どちら向きかはまだ不明",

  "verdict.outbound-fragments-too-large.title": "このPCが送るIPフラグメントが届いていません",
  "verdict.outbound-fragments-too-large.sentence":
    "小さなメッセージには応答がありますが、分割して送られる大きなメッセージはゲートウェイに届いていません。",
  "verdict.outbound-fragments-too-large.explanation":
    "IKEv2のVPNは、ログインのときに1パケットに収まらない大きなメッセージを送ります。これは複数のIPフラグメントに分かれて送られますが、ゲートウェイまでの途中で失われています。一定の大きさを超えるフラグメントだけが失われているのであれば、このPCのMTUを小さくすると通るようになります。",
  "verdict.outbound-fragments-too-large.title.low": "このPCが送るIPフラグメントが届いていないようです",
  "verdict.outbound-fragments-too-large.sentence.low":
    "分割して送られる大きなメッセージが、ゲートウェイに届いていないようです。フラグメントが大きすぎるためという見方が最も有力ですが、大きさに関係なく失われている、あるいは偶然失われたという可能性もあります。",
  "verdict.outbound-fragments-too-large.explanation.low":
    "IKEv2のVPNは、ログインのときに1パケットに収まらない大きなメッセージを送ります。これは複数のIPフラグメントに分かれて送られますが、ゲートウェイまでの途中で失われているようです。一定の大きさを超えるフラグメントだけが失われているのであれば、このPCのMTUを小さくすると通るようになります。すべて失われているのであればMTUを変えても改善せず、IKEフラグメンテーション（RFC 7383）か別のネットワークが必要です。",
  "verdict.outbound-fragments-dropped.title":
    "ゲートウェイまでの途中でIPフラグメントがすべて破棄されています",
  "verdict.outbound-fragments-dropped.sentence":
    "このPCから送ったIPフラグメントは、どれだけ小さくしてもゲートウェイに届きません。",
  "verdict.outbound-fragments-dropped.explanation":
    "途中の機器（携帯電話会社の設備やファイアウォールなど）が、分割されたパケットをすべて捨てています。MTUを小さくしても分割数が増えるだけで、効果はありません。",
  "verdict.outbound-fragments-dropped.remedy":
    "IPフラグメントを使わずに済むIKEフラグメンテーション（RFC 7383）をゲートウェイ側で有効にするか、別のネットワークを使う必要があります。",
  "verdict.inbound-fragments-lost.title": "ゲートウェイからの大きな応答が届いていません",
  "verdict.inbound-fragments-lost.sentence":
    "ゲートウェイからの大きな応答が、このPCに最後まで届いていません。",
  "verdict.inbound-fragments-lost.explanation":
    "このPCから送ったものは届いていますが、ゲートウェイが分割して返したものが届いていません。このPCのMTUは、このPCが送るパケットにしか効かないため、変更しても改善しません。",
  "verdict.inbound-fragments-lost.remedy":
    "ゲートウェイ側でIKEフラグメンテーション（RFC 7383）を有効にし、小さく分けて送ってもらう必要があります。",
  "verdict.inbound-fragments-lost.remedy.low":
    "その場合は、ゲートウェイ側でIKEフラグメンテーション（RFC 7383）を有効にし、小さく分けて送ってもらう必要があります。",
  "verdict.inbound-fragments-lost.title.low": "ゲートウェイからの大きな応答が届いていない可能性があります",
  "verdict.inbound-fragments-lost.sentence.low":
    "分割されて返ってくるゲートウェイの大きな応答が、途中で失われているという見方が最も有力です。ただし、ゲートウェイが応答していない、あるいは偶然失われたという可能性もあります。",
  "verdict.inbound-fragments-lost.explanation.low":
    "このPCから送った大きなメッセージは届いていますが、分割されて返ってくるはずのものが、まったく、または一部しか届いていません。ゲートウェイが応答していない場合や、大きなpingだけを捨てる機器がある場合も、同じように見えます。復路で失われているのであれば、このPCのMTUを変えても改善しません。MTUは、このPCが送るパケットにしか効かないためです。",
  "verdict.ike-auth-unanswered.title": "ログインのメッセージに応答がありません",
  "verdict.ike-auth-unanswered.sentence":
    "最初のメッセージには応答がありましたが、続けて分割して送った大きなメッセージには一度も応答がありません。",
  "verdict.ike-auth-unanswered.explanation":
    "最初のIKE_SA_INITには応答があり、接続は順調に始まっています。次のIKE_AUTHは証明書を含むため1パケットに収まらず、IPフラグメントに分けて何度か送られましたが、何も返ってきませんでした。このフラグメントか、ゲートウェイ側のフラグメントが途中で失われている可能性が高いものの、どちらなのかはこちら側の記録だけでは分かりません。応答がないからといって、応答のほうが失われたとは限りません。要求そのものが届いていないことも考えられます。",
  "verdict.ike-auth-unanswered.title.low": "ログインのメッセージへの応答が記録されていません",
  "verdict.ike-auth-unanswered.sentence.low":
    "最初のメッセージには応答がありましたが、続けて分割して送った大きなメッセージへの応答は、記録されている間にはありません。途中で失われたという見方が最も有力ですが、記録がすぐに終わっているため、応答が遅いだけの可能性もあります。",
  "verdict.ike-auth-unanswered.explanation.low":
    "最初のIKE_SA_INITには応答があり、接続は順調に始まっています。次のIKE_AUTHは証明書を含むため1パケットに収まらず、IPフラグメントに分けて何度か送られました。このフラグメントか、ゲートウェイ側のフラグメントが途中で失われているとしても、どちらなのかはこちら側の記録だけでは分かりません。応答がないからといって、応答のほうが失われたとは限りません。要求そのものが届いていないことも考えられます。",
  "verdict.path-mtu-black-hole.title": "大きなパケットが途中で消えています",
  "verdict.path-mtu-black-hole.sentence":
    "一定の大きさを超えるパケットが、このPCとゲートウェイの間で消えています。ルーターからの通知もありません。",
  "verdict.path-mtu-black-hole.explanation":
    "経路の途中に、このPCの送るパケットより小さいものしか通さない区間があります。本来はルーターが「大きすぎる」と通知しますが、それが届かないため、大きなパケットは何の知らせもなく失われます。経路に合わせたMTUにすると避けられます。",
  "verdict.path-mtu-black-hole.title.low": "大きなパケットが途中で消えているようです",
  "verdict.path-mtu-black-hole.sentence.low":
    "一定の大きさを超えるパケットが、このPCとゲートウェイの間で消えているようです。ルーターからの通知もありません。この見方が最も有力ですが、大きなpingだけを捨てる機器がある場合や、実際には分割されて送られていた場合も、同じように見えます。",
  "verdict.path-mtu-black-hole.explanation.low":
    "そうであれば、経路の途中に、このPCの送るパケットより小さいものしか通さない区間があり、「大きすぎる」というルーターの通知も届いていません。その場合は、経路に合わせたMTUにすると避けられます。ほかの原因も考えられるため、ここで示すMTUは試すための値です。",
  "verdict.path-mtu-reduced.title": "経路のMTUはインターフェイスより小さいものの、正しく通知されています",
  "verdict.path-mtu-reduced.sentence":
    "ゲートウェイまでの経路が通せるパケットはこのPCのMTUより小さく、ルーターがそれを通知しています。",
  "verdict.path-mtu-reduced.explanation":
    "これは正常な動作です。Windowsは通知された大きさに合わせて送ります。変更が必要になることはまれで、これだけでVPNがつながらない理由にはなりません。",
  "verdict.ike-fragments-too-large.title": "IKEフラグメントが経路に対して大きすぎます",
  "verdict.ike-fragments-too-large.sentence":
    "IKEフラグメンテーションは使われていますが、その1つ1つが経路の通せる大きさを超えています。",
  "verdict.ike-fragments-too-large.explanation":
    "IKEフラグメントは、送る側で小さくする必要があります。多くのゲートウェイには設定項目がありますが、VPNクライアントにはないのが普通です。",
  "verdict.ike-fragments-too-large.title.low": "IKEフラグメントが経路に対して大きすぎる可能性があります",
  "verdict.ike-fragments-too-large.sentence.low":
    "IKEフラグメンテーションは使われていますが、その1つ1つが経路の通せる大きさを超えているという見方が最も有力です。ただし、ポート4500の遮断、ゲートウェイの無応答、偶然の消失の場合も、同じように見えます。",
  "verdict.ike-fragments-too-large.explanation.low":
    "そうであれば、IKEフラグメントを送る側で小さくする必要があります。多くのゲートウェイには設定項目がありますが、VPNクライアントにはないのが普通です。",
  "verdict.ike-fragments-lost.title": "IKEフラグメントの一部が届いていません",
  "verdict.ike-fragments-lost.sentence":
    "IKEフラグメンテーションは使われていますが、フラグメントの一部が届いていません。",
  "verdict.ike-fragments-lost.explanation":
    "続けて送られたパケットの一部が途中で失われています。MTUとは関係ありません。",
  "verdict.ike-fragments-lost.title.low": "IKEフラグメントの一部が届いていない可能性があります",
  "verdict.ike-fragments-lost.sentence.low":
    "IKEフラグメンテーションは使われていますが、フラグメントの一部が届いていないという見方が最も有力です。ただし、ゲートウェイが何も返さずに拒否した場合や、偶然失われた場合も、同じように見えます。",
  "verdict.ike-fragments-lost.explanation.low":
    "そうであれば、続けて送られたパケットの一部が途中で失われています。MTUとは関係ありません。",
  "verdict.udp-500-blocked.title": "UDPポート500が遮断されています",
  "verdict.udp-500-blocked.sentence": "ゲートウェイはUDPポート4500では応答しますが、500では応答しません。",
  "verdict.udp-500-blocked.explanation":
    "IKEv2はUDPポート500で始まります。このネットワーク、通信事業者、ゲートウェイのいずれかのファイアウォールが500を通していません。パケットの大きさの問題ではないため、MTUを変えても改善しません。",
  "verdict.udp-500-blocked.title.low": "UDPポート500が遮断されている可能性があります",
  "verdict.udp-500-blocked.sentence.low":
    "ゲートウェイはUDPポート4500では応答しましたが、500では応答しませんでした。500が遮断されているという見方が最も有力ですが、診断の途中でゲートウェイが応答をやめた可能性もあります。",
  "verdict.udp-500-blocked.explanation.low":
    "IKEv2はUDPポート500で始まります。このネットワーク、通信事業者、ゲートウェイのいずれかのファイアウォールが500を通していないのであれば、パケットの大きさの問題ではないため、MTUを変えても改善しません。",
  "verdict.udp-4500-blocked.title": "UDPポート4500が遮断されています",
  "verdict.udp-4500-blocked.sentence": "ゲートウェイはUDPポート500では応答しますが、4500では応答しません。",
  "verdict.udp-4500-blocked.explanation":
    "IKEv2は最初のやりとりのあと、UDPポート4500に移ります。そこでは小さなメッセージにも応答がないため、ファイアウォールなどがこのポートを遮断していると考えられます。フラグメントの消失とよく似た症状ですが、パケットの大きさの問題ではないため、MTUを変えても改善しません。",
  "verdict.udp-4500-blocked.title.low": "UDPポート4500が遮断されている可能性があります",
  "verdict.udp-4500-blocked.sentence.low":
    "ゲートウェイはUDPポート500では応答しましたが、4500では応答しませんでした。4500が遮断されているという見方が最も有力ですが、診断の途中でゲートウェイが応答をやめた可能性や、このポートでは診断用のメッセージに応答しない可能性もあります。",
  "verdict.udp-4500-blocked.explanation.low":
    "IKEv2は最初のやりとりのあと、UDPポート4500に移ります。ファイアウォールなどがこのポートを遮断しているのであれば、フラグメントの消失とよく似た症状になりますが、パケットの大きさの問題ではないため、MTUを変えても改善しません。",
  "verdict.gateway-unreachable.title": "ゲートウェイに到達できません",
  "verdict.gateway-unreachable.sentence": "ゲートウェイからまったく応答がありません。",
  "verdict.gateway-unreachable.explanation":
    "最も小さなメッセージにも応答がありません。アドレスの誤り、ゲートウェイの停止、通信の全面的な遮断が考えられます。応答がまったくない状態では、パケットの大きさについては何も判断できません。",
  "verdict.gateway-unreachable.title.low": "ゲートウェイに到達できない可能性があります",
  "verdict.gateway-unreachable.sentence.low":
    "試されたのはUDPポート500だけで、そこではゲートウェイから応答がありません。ゲートウェイに到達できないという見方が最も有力ですが、このポートだけが遮断されている可能性もあります。",
  "verdict.gateway-unreachable.explanation.low":
    "アドレスの誤り、ゲートウェイの停止、通信の遮断（全面的なもの、またはこのポートだけのもの）が考えられます。応答がまったくない状態では、パケットの大きさについては何も判断できません。",
  "verdict.gateway-rejects.title": "ゲートウェイは応答し、接続を拒否しています",
  "verdict.gateway-rejects.sentence": "ゲートウェイには届いていますが、接続を拒否されました。",
  "verdict.gateway-rejects.explanation":
    "メッセージは往復とも届いています。ゲートウェイが、提案された方式か、接続してきた相手を受け入れていません。暗号方式の設定、証明書、認証情報を確認してください。MTUを変えても改善しません。",
  "verdict.gateway-rejects.title.low": "ゲートウェイは応答し、診断用の提案を拒否しています",
  "verdict.gateway-rejects.sentence.low":
    "ゲートウェイには届いていますが、診断用の提案は拒否されました。一般的なものとは別の暗号方式を求めているという見方が最も有力ですが、このVPNの接続も拒否されるのか、別の原因があるのかは分かりません。",
  "verdict.gateway-rejects.explanation.low":
    "メッセージは往復とも届いています。VPNの接続も拒否されているのであれば、暗号方式の設定、証明書、認証情報を確認してください。その場合は、MTUを変えても改善しません。",
  "verdict.slow-gateway.title": "ゲートウェイの応答が遅れています",
  "verdict.slow-gateway.sentence":
    "接続はできますが、応答が遅かったり、要求を送り直してから届いたりしています。",
  "verdict.slow-gateway.explanation":
    "最終的にはすべて届いているため、パケットの大きさの問題ではありません。ゲートウェイやその問い合わせ先（RADIUS、証明書の失効確認など）の処理が遅いか、ときどきパケットが失われています。",
  "verdict.not-ikev2.title": "IKEv2ではありません",
  "verdict.not-ikev2.sentence": "この接続はIKEv2以外のVPNを使っています。",
  "verdict.not-ikev2.explanation": "IKEv2についてのこの診断は当てはまりません。",
  "verdict.esp-mtu.title": "VPNはつながりますが、中の大きなパケットが失われています",
  "verdict.esp-mtu.sentence": "VPNの接続は成功していますが、トンネルの中の大きなパケットが通りません。",
  "verdict.esp-mtu.explanation":
    "暗号化したあとも経路に収まるように、VPN自体のインターフェイスのMTUを小さくする必要があります。",
  "verdict.esp-mtu.title.low": "VPNはつながりますが、中の大きなパケットが失われている可能性があります",
  "verdict.esp-mtu.sentence.low":
    "VPNの接続は成功していますが、トンネルの中の大きなパケットが通らないという見方が最も有力です。ただし、大きなパケットがもともと返されていないだけの可能性もあります。",
  "verdict.esp-mtu.explanation.low":
    "そうであれば、暗号化したあとも経路に収まるように、VPN自体のインターフェイスのMTUを小さくする必要があります。",
  "verdict.healthy.title": "通信を妨げるものは見つかりません",
  "verdict.healthy.sentence": "確認した通信には、すべて応答がありました。",
  "verdict.healthy.explanation":
    "このネットワークでは今のところ、小さなメッセージも大きなメッセージもゲートウェイに届いています。それでもVPNがつながらない場合、フラグメントやMTUが原因である可能性は低いため、エラーコードとゲートウェイのログを確認してください。",
  "verdict.healthy.title.low": "確認できた範囲では、通信を妨げるものは見つかりません",
  "verdict.healthy.sentence.low":
    "ゲートウェイは小さなメッセージにも大きなメッセージにも応答しましたが、ゲートウェイからの大きな応答が届くかどうかは確かめられていません。通信を妨げるものはないという見方が最も有力ですが、復路で失われている可能性は残ります。",
  "verdict.healthy.explanation.low":
    "このネットワークでは今のところ、小さなメッセージも大きなメッセージもゲートウェイに届いています。それでもVPNがつながらない場合は、ゲートウェイが分割して返すものが失われているか、別の原因があります。エラーコードとゲートウェイのログを確認してください。",
  "verdict.insufficient-evidence.title": "判断に必要な情報が足りません",
  "verdict.insufficient-evidence.sentence": "手元の情報からは、どの原因とも言い切れません。",
  "verdict.insufficient-evidence.explanation":
    "観測されたことと、確認も否定もできていない原因を下に示します。",
  "verdict.decide": "{next}があれば判断できます。",
  "explanation.gateway-offers":
    "ゲートウェイはIKEフラグメンテーション（RFC 7383）に対応しています。これを使うVPNクライアントは、IPフラグメントではなく小さなパケットでやりとりするため、この経路でもつながります。Windowsは、Windows 10 バージョン1803以降で使えます（バージョンはwinverコマンドで確認できます）。VPNがつながらない場合は、クライアントがこれを使っていないと考えられます。古いWindowsやほかのVPNクライアントは更新するか、クライアントの設定で有効にしてください。",

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
    "往復とも分割される大きさ（データ{payload}バイト）のpingには応答がなく、分割されないpingと大きなIKEメッセージには応答がありました。試験用サーバーからのフラグメントと同じく、ゲートウェイの送るフラグメントも失われています。",
  "finding.large-echo.only-from-gateway":
    "ゲートウェイへの、往復とも分割される大きさ（データ{payload}バイト）のpingには応答がありません。一方、試験用サーバーから分割して送られたものは、このPCに届いています。ゲートウェイかその近くで、フラグメントが捨てられています。分割されたpingだけを捨てるファイアウォールであることが多いのですが、VPNのフラグメントも捨てるのかどうかは、このPCからは分かりません。",
  "finding.large-echo.clear": "往復とも分割されるpingに応答がありました。",
  "finding.large-echo.translated":
    "ゲートウェイの送るフラグメントが届くかどうか：IPv4をIPv6に変換するネットワークの可能性があり、そこでは大きなpingはもともと通りません。",
  "finding.large-echo.unknown": "分割されるpingに応答があるかどうかは、比べられませんでした。",
  "finding.reflection.pieces-lost":
    "インターネット上の試験用サーバー（リフレクター）から分割して送られたもの（分割前はIPパケットとして{sizes}バイト）は、ひとつも届きませんでした。同じサーバーから送られた、分割しない{whole}バイトのパケットと小さなパケットは、その前後とも届いています。このPCへの途中で、フラグメントが失われています。",
  "finding.reflection.large-lost":
    "インターネット上の試験用サーバー（リフレクター）から送られた大きなもの（IPパケットとして{sizes}バイト）は、分割の有無にかかわらず届きませんでした。小さなパケットは、その前後とも届いています。このPCへの途中で、大きなパケットが失われています。",
  "finding.reflection.clear":
    "インターネット上の試験用サーバー（リフレクター）から分割して送られたものが届きました。このPCへの経路は、フラグメントを通します。",
  "finding.reflection.own-way":
    "試験用サーバーから送られるフラグメントが届くかどうか：ゲートウェイからの大きなパケットは届いているため、届かなかったのは試験用サーバー側の経路の事情です。",
  "finding.reflection.outbound":
    "試験用サーバーから送られるフラグメントが届くかどうか：このPCから分割して送ったメッセージがゲートウェイに届くことを、まだ確かめられていません。",
  "finding.reflection.not-asked":
    "ほかのサーバーから送られるフラグメントが届くかどうか：試験用サーバーには問い合わせていません。",
  "finding.reflection.unknown":
    "ほかのサーバーから送られるフラグメントが届くかどうか：試験用サーバーから、比べられる応答が得られませんでした。",
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
    "分割しない{whole}バイトのパケットと、分割した{fragmented}バイトのメッセージに応答があり、試験用サーバーから分割して送られたものも届きました。",
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
  "compare.verdict": "診断結果：{from} → {to}",
  "compare.verdict.same": "診断結果：{value}",
  "compare.gateway": "ゲートウェイのアドレス：{from} → {to}",
  "compare.gateway.same": "ゲートウェイのアドレス：{value}",
  "compare.family": "IPのバージョン：{from} → {to}",
  "compare.family.same": "IPのバージョン：{value}",
  "compare.interface": "ゲートウェイへ向かうインターフェイス：{from} → {to}",
  "compare.interface.same": "ゲートウェイへ向かうインターフェイス：{value}",
  "compare.mtu": "インターフェイスのMTU：{from} → {to}バイト",
  "compare.mtu.same": "インターフェイスのMTU：{value}バイト",
  "compare.fragments": "IPパケットとしてのIKE_AUTH：{from} → {to}バイト",
  "compare.fragments.same": "IPパケットとしてのIKE_AUTH：{value}バイト",
  "compare.answered": "IKE_AUTHへの応答：{from} → {to}",
  "compare.answered.same": "IKE_AUTHへの応答：{value}",
  "compare.path-mtu": "通った、分割しないパケットの最大：{from} → {to}バイト",
  "compare.path-mtu.same": "通った、分割しないパケットの最大：{value}バイト",
  "compare.outbound": "このPCのIPフラグメントの到達：{from} → {to}",
  "compare.outbound.same": "このPCのIPフラグメントの到達：{value}",
  "compare.took-effect": "1つ目に対して推奨した変更は、2つ目で反映されています。",
  "compare.no-effect":
    "1つ目に対して推奨した変更は、2つ目では反映されていません。送られているパケットの大きさが元のままです。",
  "compare.cured": "1つ目の問題は、2つ目では解消しています。",
  "compare.not-cured": "1つ目の問題は、2つ目でも解消していません。",

  "term.ipv6-link": "IPv6回線のMTU",
  "term.ipv6-header": "IPv6ヘッダー",
  "term.ipv4-header": "置き換えられるIPv4ヘッダー",
  "term.ipv6-fragment-header": "IPv6フラグメントヘッダー",
  "term.verified-cap": "この値そのもので試し、応答があった",
  "term.measured-path-mtu": "応答のあった、分割しないパケットの最大",
  "trial.1472": "1472：IPv6に変換されても、フラグメントが1500バイトのIPv6回線に収まる最大の値",
  "trial.1452": "1452：1480バイトのIPv6回線について同じ計算をした値。PPPoE回線にも収まる",
  "trial.1400": "1400：多くの携帯回線やトンネルに収まる値",
  "trial.1280": "1280：どのIPv6経路でも通る最小の値。最後に試すもの",

  "action.apply-mtu":
    "下のコマンドでインターフェイスのMTUを設定し、もう一度接続してください。改善しなければ元に戻してください。",
  "action.apply-mtu-later":
    "MTUを下の値にすると、つながる可能性があります。ただし、設定するコマンドと元に戻すコマンドを示すには情報が足りません。足りないものを下に示すので、先にそろえてください。",
  "action.run-probe":
    "つながらないネットワークで診断を実行してください。1分ほどで、どちら向きのパケットが失われているかが分かります。",
  "action.run-again": "そのあともう一度診断し、どう変わったかを確かめてください。",
  "action.ask-server-fragmentation":
    "ゲートウェイの管理者に、IKEフラグメンテーション（RFC 7383）を有効にするよう依頼してください。これが根本的な対策です。",
  "action.client-fragmentation":
    "ゲートウェイはIKEフラグメンテーション（RFC 7383）に対応しています。VPNクライアントの側でも使えるように、クライアントを更新するか、管理者に相談してください（Windows 10 1803以降は対応しています）。",
  "action.other-network": "当面は、有線の代わりにWi-Fiを使うなど、別のネットワークを使ってください。",
  "action.no-mtu-change": "MTUはそのままにしてください。",
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

  "server.rras":
    "Windows Server 2019以降：サーバー側でこのレジストリ値を設定し、サービスを再起動します。Server 2016以前は対応していません。",
  "server.strongswan":
    "既定で有効です。接続の設定で指定します。経路が1280バイトより狭い場合は、strongswan.confでIKEフラグメントを小さくします。",
  "server.libreswan": "既定で有効です。ipsec.confの接続の設定で指定します。",
  "server.fortigate": "フェーズ1インターフェイスの設定で指定します。",
  "server.cisco":
    "グローバル設定で指定します。ASAでは、標準方式のIKEフラグメントにするため `preferred-method ietf` を付けます。",
  "server.mikrotik":
    "IKEフラグメンテーションに対応しているか、どの版からかは、RouterOSのリリースノートを確認してください。対応するまでは、メッセージが小さくなる証明書（ECDSA）が有効です。",
  "server.sense":
    "どちらもstrongSwanを使っており、既定で有効です。管理画面の接続設定に項目がない場合は、生成されるswanctl.confを確認してください。",
  "server.azure":
    "設定項目はありません。順番どおりに届かないIPフラグメントは破棄されるため、クライアント側でIKEフラグメンテーションを使います（Windows 10 1803以降は対応しています）。",
  "server.aws":
    "AWS側に設定項目はありません。カスタマーゲートウェイに必要な設定は、AWSのドキュメントを確認してください。",
  "server.softether":
    "IKEフラグメンテーションの設定は知られていません。ドキュメントを確認するか、提供されている別のプロトコルを使ってください。",
  "server.forward":
    "VPNゲートウェイの管理者の方へ：このクライアントのログインメッセージ（IKE_AUTH）は1パケットに収まりません。{sentence}ゲートウェイでIKEフラグメンテーション（RFC 7383）を有効にしていただけないでしょうか。大きなIKEメッセージが、多くのネットワークで失われやすいIPフラグメントではなく、小さな独立したパケットとして送られるようになります。対応していないクライアントには影響しません。（ikefrag：{verdict}、確からしさ {confidence}）",

  "next.probe":
    "つながらないネットワークでの診断の実行。IKEメッセージを分割して送り、失われているのが往路か復路かを見分けます。",
  "next.probe-ports": "つながらないネットワークでの診断の実行。ポート500と4500の両方を試します。",
  "next.capture":
    "接続に失敗するところをこのPCで取ったキャプチャ（ポート番号ではなく、ゲートウェイのアドレスで絞り込んだもの）。",
  "next.what-if": "テストの間だけMTUを小さくして行う同じ診断。より小さく分割すれば通るかどうかが分かります。",
  "next.tunnel-ping":
    "VPNにつないだ状態で、ゲートウェイの先にある機器へ大きさを変えながら送るping（`ping -f -l 大きさ`）。中を通せるパケットの大きさが分かります。",
  "next.server-capture":
    "同じ時刻のゲートウェイ側のキャプチャ。要求が届いたか、応答が送られたかが分かります。",
  "next.later": "数分おいてもう一度行う同じ診断。それまでにゲートウェイは今回の接続の試みを忘れます。",
  "next.capture-if-failing":
    "それでもVPNがつながらない場合は、そのときにこのPCで取ったキャプチャ（ポート番号ではなく、ゲートウェイのアドレスで絞り込んだもの）。",
  "next.interface-mtu":
    "このPCのインターフェイスとそのMTU（`netsh interface ipv4 show interfaces` の出力）。失われたパケットが分割されずに送られたかどうかが分かります。",
  "next.probe.short": "つながらないネットワークで行うこの診断の結果",
  "next.probe-ports.short": "つながらないネットワークで行うこの診断の結果",
  "next.capture.short": "接続に失敗するところをこのPCで取ったキャプチャ",
  "next.what-if.short": "テストの間だけMTUを小さくして行う同じ診断の結果",
  "next.tunnel-ping.short": "VPNの中へ大きさを変えながら送るpingの結果",
  "next.server-capture.short": "同じ時刻のゲートウェイ側のキャプチャ",
  "next.later.short": "数分おいてもう一度行う同じ診断の結果",
  "next.capture-if-failing.short": "VPNがつながらない場合のキャプチャ",
  "next.interface-mtu.short": "このPCのインターフェイスとそのMTUの一覧",

  "note.ping-measured":
    "{payload}はpingのデータの大きさで、MTUではありません。ヘッダーを加えたパケットは{ipBytes}バイトなので、その相手までの経路は少なくとも{ipBytes}バイトを通します。",
  "note.1472-is-no-cure":
    "MTUとしての1472には独自の根拠（上の計算）がありますが、万能ではありません。回線によっては別の値が必要です。",
  "note.durable-fix": "MTUの変更は応急処置です。根本的な対策は、IKEフラグメンテーション（RFC 7383）です。",
  "note.replug":
    "スマートフォンをつなぎ直すと、インターフェイスの番号が変わることがあります。コマンドを使い回す前に確認してください。",
  "note.persistent": "この設定は再起動しても残ります。このネットワークを使わなくなったら元に戻してください。",
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
  "note.mtu-will-not-help": "このPCのMTUを変えても改善しません。",

  "warning.damage": "{offset}バイト目でファイルが壊れています：{what}。そこまでの内容は読み取りました。",
  "warning.no-ike": "{frames}個のパケットの中に、IKEメッセージがありません。",
  "warning.snaplen":
    "{frames}個のパケットがキャプチャ時に途中で切られています（スナップ長）。全体を記録してください。",
  "warning.duplicates": "同じパケットが重複して記録されていたため、{frames}個を1つに数えました。",
  "warning.drops": "キャプチャ自体が{packets}個のパケットを取りこぼしています。",
  "warning.port-filter":
    "2番目以降のフラグメントがありません。ポート番号で絞り込んで取られたようです。ゲートウェイのアドレスで絞り込んでください。",
  "warning.clock": "{frames}個のパケットで時刻が逆戻りしています。",
  "warning.link-type": "リンク種別{linkType}のパケット{frames}個は読み取れませんでした。",
  "warning.not-understood": "{line}行目は解釈できませんでした：「{text}」",
};
