/** Verdicts: how sure one is, which way packets get lost, and what each verdict says of itself. Japanese. */
import { verdicts as english } from "../en/verdicts.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const verdicts = translationOf(english, {
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
  "verdict.inbound-fragments-lost.explanation.outbound-fragments":
    "IPフラグメントは往復とも失われています。このPCの送る大きなメッセージはゲートウェイに届かず、ゲートウェイの大きな応答もこのPCに届きません。このPCのMTUは、このPCが送るパケットにしか効かないため、変更するだけでは改善しません。",
  "verdict.inbound-fragments-lost.explanation.path-mtu-black-hole":
    "ゲートウェイへの経路で大きなパケットが消えているようです。また、分割して送られるゲートウェイの大きな応答は、確かにこのPCに届いていません。このPCのMTUは、このPCが送るパケットにしか効かないため、変更するだけでは改善しません。",
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
  "verdict.path-mtu-reduced.title.low": "経路の通せる大きさが、インターフェイスより小さい可能性があります",
  "verdict.path-mtu-reduced.sentence.low":
    "測られた経路は、通常より小さいパケットしか通さないようです。最も有力なのは、途中のルーターがそう通知したことですが、VPNゲートウェイまでの経路ではない可能性や、このPCのインターフェイスのMTU自体がそれだけ小さい可能性もあります。",
  "verdict.path-mtu-reduced.explanation.low":
    "ゲートウェイまでの途中のルーターが通知したのであれば、本来あるべき動作です。システムは小さい値を学習し、それに従います。変更が必要になることはまれで、それだけでVPNがつながらない原因にはなりません。",
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
    "そうであれば、続けて送られたパケットの一部が途中で失われています。MTUを小さくしても直りません。",
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
  "verdict.healthy.title.recent-failure": "エラー{code}：{cause}",
  "verdict.healthy.sentence.recent-failure":
    "Windowsにエラー{code}が記録されています（{when}）。今回の診断では、ゲートウェイに送ったすべてのメッセージに応答がありました。",
  "verdict.healthy.explanation.recent-failure":
    "{why}このネットワークでは今のところ、小さなメッセージも大きなメッセージもゲートウェイに届いています。",
  "verdict.healthy.title.low.recent-failure":
    "エラー{code}：確認できた範囲では、ネットワークに原因は見つかりません",
  "verdict.healthy.sentence.low.recent-failure":
    "Windowsにエラー{code}が記録されています（{when}）。今回の診断では、小さなメッセージにも大きなメッセージにも応答がありましたが、ゲートウェイからの大きな応答が届くかどうかは確かめられていません。",
  "verdict.healthy.explanation.low.recent-failure":
    "{why}ゲートウェイが分割して返すものが失われている可能性も残ります。",
  "failure.cause.network": "ネットワークが原因ではありません",
  "failure.cause.other-vpn": "診断したものとは別の種類のVPNです",
  "failure.when.now": "診断の直前",
  "failure.when.minutes": "診断の{minutes}分前",
  "failure.when.hours": "診断の約{hours}時間前",
  "failure.when.unknown": "時刻は不明",
  "failure.why.silent":
    "エラー{code}は時間内に応答がなかったことを示すだけで、原因までは分かりません。今は応答があるため、接続を妨げていたものは、すでに解消したか、ときどき起きるか、実際にログインするときにだけ起きるかのいずれかです。",
  "failure.why.refused":
    "エラー{code}は、ゲートウェイが応答したうえで、証明書、アカウント、設定などの理由でログインに失敗したことを示します。原因は途中の経路ではなく、ゲートウェイかVPNの設定にあります。",
  "failure.why.other-vpn":
    "エラー{code}は、今回診断したIKEv2とは別の種類のVPNのものです。IKEv2を使うことになっている場合は、VPN接続の設定でIKEv2を選んでください。",
  "failure.why.other":
    "エラー{code}だけでは原因は分かりません。途中の経路よりも、VPNの設定、アカウント、ゲートウェイのいずれかに原因がある可能性が高いと考えられます。",
  "verdict.insufficient-evidence.title": "判断に必要な情報が足りません",
  "verdict.insufficient-evidence.sentence": "手元の情報からは、どの原因とも言い切れません。",
  "verdict.insufficient-evidence.explanation":
    "観測されたことと、確認も否定もできていない原因を下に示します。",
  "verdict.outbound-fragments-dropped.title.low": "このPCのIPフラグメントが途中で捨てられているようです",
  "verdict.outbound-fragments-dropped.sentence.low":
    "最も有力なのは、このPCのIPフラグメントの全部、または最初のもの以外が、ゲートウェイへの途中で捨てられていることです。ただし、後ろのフラグメントを除いて取ったキャプチャでも同じように見えます。",
  "verdict.outbound-fragments-dropped.explanation.low":
    "そうであれば、途中の機器（多くはファイアウォールや通信事業者の設備）が、分割されたパケットを通していません。MTUを小さくしてもフラグメントが増えるだけで、効果は期待できません。",
  "verdict.outbound-fragments-dropped.remedy.low":
    "その場合は、IPフラグメントを必要としないIKEフラグメンテーション（RFC 7383）をゲートウェイで使えるようにするか、別のネットワークを使う必要があります。",
  "verdict.outbound-fragments-dropped.title.request-lost":
    "クライアントのIPフラグメントの一部がゲートウェイに届いていません",
  "verdict.outbound-fragments-dropped.sentence.request-lost":
    "クライアントのログインのメッセージはIPフラグメントに分かれて送られますが、ゲートウェイには一部しか届きません。後ろのフラグメントが途中で捨てられています。",
  "verdict.outbound-fragments-dropped.explanation.request-lost":
    "2つ目以降のIPフラグメントにはポート番号がなく、そのようなパケットを通さないファイアウォール、NAT、通信事業者があります。クライアントのMTUを小さくしてもフラグメントが増えるだけで、効果はありません。",
  "verdict.insufficient-evidence.title.answers-ignored":
    "ゲートウェイは応答していますが、クライアントが要求を送り直しています",
  "verdict.insufficient-evidence.sentence.answers-ignored":
    "キャプチャにはゲートウェイの完全な応答がありますが、クライアントは応答がなかったかのように要求を繰り返しています。原因は、クライアントか、クライアントまでの最後の区間にあります。",
  "verdict.insufficient-evidence.explanation.answers-ignored":
    "要求はゲートウェイに届いており、ゲートウェイが遅いのでもありません。クライアントのPCで取ったキャプチャであれば、そのPCのファイアウォールやセキュリティソフト、応答を横取りする別のVPNクライアントやIKEサービスがないかを確認してください。このPCのMTUは送信にしか効かないため、変更しても直りません。",
  "verdict.insufficient-evidence.title.cookie-not-returned":
    "クライアントがゲートウェイのCOOKIEを返していません",
  "verdict.insufficient-evidence.sentence.cookie-not-returned":
    "ゲートウェイは先に進む前にCOOKIEを求めていますが、クライアントが一度も返さないため、接続が始まりません。",
  "verdict.insufficient-evidence.explanation.cookie-not-returned":
    "クライアントは、COOKIEを入れて要求を送り直さなければなりません（RFC 7296の2.6節）。このクライアントはCOOKIEなしで繰り返しています。VPNソフトがCOOKIEに対応していないか、PC上の何かがゲートウェイの要求を渡していません。クライアントを更新するか別のものに替える、または負荷が高いときだけCOOKIEを求めるようゲートウェイを設定してください。パケットの大きさや待ち時間は関係ありません。",
  "verdict.outbound-fragments-too-large.explanation.lost-on-the-way-out":
    "IKEv2のVPNでは、ログインのときに1パケットに収まらないメッセージが送信されます。これはいくつかのIPフラグメントに分かれて送信されますが、それがゲートウェイまでの途中で失われていることが、両端の記録から分かります。何が失われているか、原因がサイズだけと言えるかは、下に示します。サイズが原因なら、このPCのMTUを小さくすればIPフラグメントが通るようになります。すべてのIPフラグメントが破棄されている場合や、UDPポートが遮断されている場合は、改善しません。",
  "verdict.ike-auth-unanswered.title.lost-on-the-way-out":
    "ログインのメッセージがゲートウェイに届いていません",
  "verdict.ike-auth-unanswered.sentence.lost-on-the-way-out":
    "ログインのメッセージはクライアントから送信されていますが、ゲートウェイには一度も完全な形で届いていません。行きの経路で失われています。",
  "verdict.ike-auth-unanswered.explanation.lost-on-the-way-out":
    "両端の記録から分かることなので、失われている向きは確かです。原因までは分かりません。あるサイズを超えるパケットが失われている、すべてのサイズのIPフラグメントが失われている、UDPポートが遮断されている、のいずれかと考えられます。クライアントのPCでテストを実行すると、どれかが分かり、有効なMTUがあればその値も分かります。",
  "verdict.ike-auth-unanswered.title.answer-lost": "ゲートウェイの応答がクライアントに届いていません",
  "verdict.ike-auth-unanswered.sentence.answer-lost":
    "ゲートウェイはログインのメッセージを受け取って応答していますが、応答はクライアントに一度も完全な形で届いていません。帰りの経路で失われています。",
  "verdict.ike-auth-unanswered.explanation.answer-lost":
    "両端の記録から分かることなので、失われている向きは確かです。このPCのMTUはこのPCが送信するものにしか効かないため、変更しても改善しません。",
  "verdict.ike-auth-unanswered.title.lost-by-chance": "ログインのパケットが偶然に失われすぎています",
  "verdict.ike-auth-unanswered.sentence.lost-by-chance":
    "ログインのパケットが途中で失われる一方で、同じ種類で同じサイズのほかのパケットは届いています。問題はパケットのサイズではなく、回線の品質です。",
  "verdict.ike-auth-unanswered.explanation.lost-by-chance":
    "何が失われ、何が届いたかは、両端の記録から分かります。MTUを小さくするとパケットの数が増え、その一つ一つが失われるおそれがあるため、改善しません。Wi-Fiやモバイルの電波状態、ケーブル、混雑している回線など、回線そのものを確認してください。",
  "verdict.insufficient-evidence.title.lost-on-the-way-out":
    "ログインの最初のメッセージがゲートウェイに届いていません",
  "verdict.insufficient-evidence.sentence.lost-on-the-way-out":
    "最初のメッセージはクライアントから送信されていますが、ゲートウェイには一度も完全な形で届いていません。行きの経路で失われています。",
  "verdict.insufficient-evidence.explanation.lost-on-the-way-out":
    "両端の記録から分かることなので、失われている向きは確かです。破棄しているものは、記録を取った二つの場所の間にあります。",
  "verdict.insufficient-evidence.title.answer-lost": "ゲートウェイの最初の応答がクライアントに届いていません",
  "verdict.insufficient-evidence.sentence.answer-lost":
    "ゲートウェイは最初のメッセージを受け取って応答していますが、応答はクライアントに一度も届いていません。帰りの経路で失われています。",
  "verdict.insufficient-evidence.explanation.answer-lost":
    "両端の記録から分かることなので、失われている向きは確かです。応答は小さいため、MTUは関係ありません。ゲートウェイ側のファイアウォールや、クライアントの対応付けを忘れたNATなどが破棄していることがよくあります。",
  "verdict.path-mtu-black-hole.title.answer-lost":
    "ゲートウェイからの大きなパケットが帰りの経路で失われています",
  "verdict.path-mtu-black-hole.sentence.answer-lost":
    "ゲートウェイの大きな応答は1パケットで送信されていますが、クライアントには届いていません。より小さいものは届いています。",
  "verdict.path-mtu-black-hole.explanation.answer-lost":
    "帰りの経路の一部では、ゲートウェイが送信するより小さいパケットしか通らず、それを知らせるルーターもありません。このPCのMTUはこのPCが送信するものにしか効かないため、変更しても改善しません。ゲートウェイが、IKEフラグメンテーション（RFC 7383）でより小さいパケットを送信する必要があります。",
  "verdict.ike-fragments-too-large.explanation.lost-on-the-way-out":
    "送信しているのはクライアントなので、小さくするのもクライアント側です。インターフェースのMTUを小さくするか、VPNクライアントに設定があればそれを使います。",
  "verdict.udp-4500-blocked.sentence.answer-lost":
    "ゲートウェイはUDPポート4500から応答していますが、小さな応答も届いていません。ポート500からのものは届いています。",
  "verdict.insufficient-evidence.title.gateway-keeps-silent":
    "要求はゲートウェイに届いていますが、応答がありません",
  "verdict.insufficient-evidence.sentence.gateway-keeps-silent":
    "ゲートウェイで取ったキャプチャに、クライアントの要求が何度も完全な形で届いていますが、何も返されていません。",
  "verdict.insufficient-evidence.explanation.gateway-keeps-silent":
    "クライアントとゲートウェイの間では何も失われておらず、クライアントのMTUは関係ありません。理由はゲートウェイ自身のログにあります。サービスが動いていない、ゲートウェイのファイアウォール、応答せずに捨てられる要求、ゲートウェイが待っている別のサーバーなどです。",
  "verdict.insufficient-evidence.title.ike-fragments-unanswered":
    "IKEフラグメントで送ったログインのメッセージに応答がありません",
  "verdict.insufficient-evidence.sentence.ike-fragments-unanswered":
    "ゲートウェイは最初のメッセージに応答しました。続くログインのメッセージはIKEフラグメントに分けて何度も送られましたが、何も返ってきません。IPフラグメントは関係していません。",
  "verdict.insufficient-evidence.explanation.ike-fragments-unanswered":
    "残る原因は、この大きさのパケットが途中で失われ、どのルーターもそれを知らせない、UDPポート4500が遮断されている、ゲートウェイの応答が失われている、ゲートウェイが応答していない、のいずれかです。大きさは下に示します。IKEフラグメントを小さくするには、クライアントのインターフェイスのMTUを小さくするか、VPNクライアントの設定を変えます。",
  "verdict.path-mtu-reduced.title.inbound-path-mtu":
    "このPCへ向かう経路は狭く、ゲートウェイがそれに合わせています",
  "verdict.path-mtu-reduced.sentence.inbound-path-mtu":
    "ゲートウェイからこのPCへの経路は、通常より小さいパケットしか通しません。ゲートウェイの応答は、それに合わせて分割されてから届きました。",
  "verdict.path-mtu-reduced.explanation.inbound-path-mtu":
    "最初の応答は途中の回線には大きすぎ、ルーターがそれをゲートウェイに知らせ、次の応答は通る大きさになりました。ゲートウェイが遅いのではありません。ログインが1、2秒遅れるだけです。このPCのMTUは送信にしか効かないため、変える必要はありません。",
  "verdict.udp-500-blocked.title.icmp-refused": "UDPポート500が拒否されています",
  "verdict.udp-500-blocked.sentence.icmp-refused":
    "ゲートウェイのUDPポート500あての通信が拒否されており、拒否した機器がそのことを知らせています。",
  "verdict.udp-500-blocked.explanation.icmp-refused":
    "IKEv2はUDPポート500で始まります。拒否している機器は下に示します。ゲートウェイ自身であればVPNサービスとファイアウォールを確認し、途中のルーターであればその設定を確認します。パケットの大きさの問題ではないため、MTUを変えても直りません。",
  "verdict.udp-4500-blocked.title.icmp-refused": "UDPポート4500が拒否されています",
  "verdict.udp-4500-blocked.sentence.icmp-refused":
    "ゲートウェイのUDPポート4500あての通信が拒否されており、拒否した機器がそのことを知らせています。",
  "verdict.udp-4500-blocked.explanation.icmp-refused":
    "IKEv2は最初のメッセージの後、UDPポート4500に移ります。拒否している機器は下に示します。ゲートウェイ自身であればそのファイアウォールを確認し、途中のルーターであればその設定を確認します。パケットの大きさの問題ではないため、MTUを変えても直りません。",
  "verdict.gateway-unreachable.title.icmp-refused":
    "ゲートウェイに到達できず、ネットワークがそのことを知らせています",
  "verdict.gateway-unreachable.sentence.icmp-refused":
    "ゲートウェイあての通信に、到達できないというメッセージが返っています。",
  "verdict.gateway-unreachable.explanation.icmp-refused":
    "知らせている機器は下に示します。アドレスの誤り、ゲートウェイの停止、またはゲートウェイあての通信をすべて拒否するファイアウォールが考えられます。応答がないうちは、パケットの大きさについては何も言えません。",
  "verdict.ike-auth-unanswered.title.low.login-answered-sometimes":
    "ログインのメッセージに、応答があるときとないときがあります",
  "verdict.ike-auth-unanswered.sentence.low.login-answered-sometimes":
    "このPCからIPフラグメントとして送られたログインのメッセージのうち、1つには応答がなく、同じキャプチャにある同じくらい大きい別の1つには応答がありました。ときどきパケットが失われているか、2つのログインの間に何かが変わった可能性が高いと考えられます。",
  "verdict.ike-auth-unanswered.explanation.low.login-answered-sometimes":
    "この経路は少なくともときにはこのIPフラグメントを通すため、大きさが原因とは考えにくい状況です。時刻、接続していたネットワーク、ゲートウェイの負荷など、2つのログインの違いが手がかりになります。どちら向きに失われているかは、こちら側だけでは分かりません。",
  "verdict.ike-fragments-lost.title.low.ike-fragments-too-many":
    "ゲートウェイがこれほど多くのIKEフラグメントを受け付けない可能性があります",
  "verdict.ike-fragments-lost.sentence.low.ike-fragments-too-many":
    "ログインのメッセージは異常に多くの小さなIKEフラグメントに分けて送られ、応答がありません。最も有力なのは、ゲートウェイの受け付ける数を超えて黙って捨てられていることですが、フラグメントが失われた場合や、ゲートウェイが別の理由で応答しない場合も同じように見えます。",
  "verdict.ike-fragments-lost.explanation.low.ike-fragments-too-many":
    "これほど小さいフラグメントは、クライアントのインターフェイスのMTUが異常に小さいことを示しています。そうであれば、MTUを大きくしてください（通常は1500）。フラグメントは少なく、大きくなります。libreswanは3.31から多くのフラグメントを受け付けるため、ゲートウェイの更新も有効です。",
  "verdict.decide": "{next}があれば判断できます。",
  "explanation.gateway-offers":
    "ゲートウェイはIKEフラグメンテーション（RFC 7383）に対応済みです。これを使うVPNクライアントは、IPフラグメントではなく小さなパケットでやりとりするため、この経路でもつながります。Windowsは、Windows 10バージョン1803以降で使えます（バージョンはwinverコマンドで確認できます）。VPNがつながらない場合は、クライアントがこれを使っていないと考えられます。古いWindowsやほかのVPNクライアントは更新するか、クライアントの設定で有効にしてください。",
});
