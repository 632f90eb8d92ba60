/** What the certificates of a gateway tell, which answered a login that was begun. Japanese. */
import { certificates as english } from "../en/certificates.ts";
import { translationOf } from "../sentence.ts";

/** The English sentences in Japanese. */
export const certificates = translationOf(english, {
  "finding.gateway-certificate.unknown":
    "ゲートウェイの証明書の内容：証明書を含む応答を読み取れていません。ログインを途中まで試す必要があります（ユーザー名で認証するEAPのゲートウェイは、そのとき証明書を送ります）。",
  "finding.gateway-certificate-expired.own":
    "ゲートウェイの証明書「{name}」は {at} に有効期限が切れています。Windowsはこのゲートウェイを拒否し（エラー13801）、MTUを変えても直りません。ゲートウェイで証明書を更新する必要があります。",
  "finding.gateway-certificate-expired.issuer":
    "ゲートウェイが自身の証明書とともに送る証明書「{name}」は、{at} に有効期限が切れています。同じ認証局の新しい証明書を持たない端末は、ゲートウェイを拒否します。ゲートウェイに、認証局の現在の証明書を設定する必要があります。",
  "finding.gateway-certificate-expired.not-yet":
    "ゲートウェイの証明書「{name}」は {at} から有効になります。それまで端末はゲートウェイを拒否します。使い始めるのが早すぎたか、どこかの時計がずれています。",
  "finding.gateway-certificate-expired.clear":
    "ゲートウェイの証明書は、読み取った時点で有効期間内でした。ゲートウェイ自身の証明書は {until} まで有効です。",
  "finding.gateway-certificate-name.found":
    "{dialled} という名前が、ゲートウェイの証明書にありません（証明書にあるのは {names}）。Windowsは、接続先の名前が証明書にないゲートウェイを拒否します（エラー13801）。証明書にある名前で接続するか、subjectAltNameに {dialled} を含む証明書に替えてください。",
  "finding.gateway-certificate-name.address":
    "{dialled} というアドレスが、ゲートウェイの証明書にありません（証明書にあるのは {names}）。VPN接続がこのアドレスに接続している場合、Windowsはゲートウェイを拒否します（エラー13801）。証明書にある名前で接続してください。",
  "finding.gateway-certificate-name.as-address":
    "{dialled} というアドレスは、ゲートウェイの証明書にiPAddressとしてだけ入っています。Windowsが照合するのはdNSNameのため、VPN接続がこのアドレスに接続している場合はエラー13801になります。証明書にある名前で接続するか、このアドレスをdNSNameとしても入れてください。",
  "finding.gateway-certificate-name.in-subject":
    "ゲートウェイの証明書では、{dialled} がサブジェクトにだけあります。Windowsはこれで受け入れますが、ほかの端末はsubjectAltNameにあることを求めます。",
  "finding.gateway-certificate-name.clear": "ゲートウェイの証明書は {dialled} のものです。",
  "finding.gateway-certificate-name.more":
    "ゲートウェイの証明書が {dialled} のものかどうか：証明書の名前が多いためすべては保存しておらず、保存した中に {dialled} はありません。",
  "finding.gateway-certificate-name.no-name":
    "ゲートウェイの証明書が接続先の名前のものかどうか：接続先の名前が分かりません。",
  "finding.gateway-certificate-purpose.found":
    "ゲートウェイの証明書は、サーバー認証（用途serverAuth、1.3.6.1.5.5.7.3.1）のものではありません。Windowsはこのゲートウェイを拒否します（エラー13801）。この用途を含む証明書が必要です。",
  "finding.gateway-certificate-purpose.none":
    "ゲートウェイの証明書に用途の指定がありません。Windowsは、サーバー認証（serverAuth、1.3.6.1.5.5.7.3.1）が指定されていることを求めます。指定がないと、接続がエラー13801になることがあります。",
  "finding.gateway-certificate-purpose.any":
    "Windowsがゲートウェイの証明書を受け入れるかどうか：用途が「すべて」で、サーバー認証の指定がありません。",
  "finding.gateway-certificate-purpose.clear": "ゲートウェイの証明書はサーバー認証のものです。",
  "finding.gateway-certificate-signature.found":
    "ゲートウェイの証明書「{name}」の署名には {hash} が使われていて、もう安全ではありません。このような証明書は順次受け入れられなくなるため、交換をお勧めします。",
  "finding.gateway-certificate-signature.clear":
    "ゲートウェイの証明書の署名に使われているハッシュは、現在も安全なものです。",
  "finding.gateway-certificate-issuer.found":
    "途中まで行ったログインで、ゲートウェイは自身の証明書だけを送ってきました。これは公的な認証局のもので、必ず中間証明書「{issuer}」から発行されています。その中間証明書を持たないPCはゲートウェイを拒否します（エラー13801）。ゲートウェイから中間証明書も送るように設定してください。",
  "finding.gateway-certificate-issuer.others":
    "途中まで行ったログインで、ゲートウェイは自身の証明書のほかに{others}個の証明書を送ってきましたが、その発行元「{issuer}」の証明書は含まれていません。これがPCにない中間証明書であれば、ゲートウェイは拒否されます（エラー13801）。ゲートウェイから送るように設定してください。",
  "finding.gateway-certificate-issuer.self-signed":
    "ゲートウェイの証明書「{name}」は自己署名です。この証明書そのものが「信頼されたルート証明機関」に入っているPCでだけ受け入れられます。",
  "finding.gateway-certificate-issuer.alone":
    "不足している証明書があるかどうか：ゲートウェイは自身の証明書だけを送っていて、「{issuer}」がルートかどうかは分かりません。",
  "finding.gateway-certificate-alone.found":
    "途中まで行ったログインで、ゲートウェイは自身の証明書だけを送ってきました。発行元は「{issuer}」です。これがPCの信頼するルートであれば問題ありません。中間証明書であれば、ゲートウェイから一緒に送る必要があります。その中間証明書を持たないPCは、ゲートウェイを拒否します（エラー13801）。",
  "finding.gateway-certificate-alone.clear": "証明書が不足している様子はありません。",
  "finding.gateway-certificate-issuer.clear":
    "ゲートウェイは、自身の証明書とともに、「{root}」につながる発行元の証明書を送っています。「{root}」は、PCの「信頼されたルート証明機関」に入っているか、そこにつながる中間証明書としてPCにある必要があります。",
  "finding.gateway-certificate-error.found":
    "Windowsの直近のVPNエラーは {code} です。証明書の確認、または利用者の認証で失敗しています。ゲートウェイの証明書の問題が原因と考えられます。これはパケットの大きさについてのエラーではなく、MTUを変えても直りません。",
  "finding.gateway-certificate-error.alone":
    "Windowsの直近のVPNエラーは {code} です。証明書の確認、または利用者の認証で失敗しています。ゲートウェイの証明書の期限・用途・名前では説明がつきません。「{issuer}」がPCの信頼するルートかどうかを確かめてください。そうでなければ、ゲートウェイから送る必要があるか、PCにルートがありません。それ以外の場合は、ゲートウェイが接続する人を受け入れていません。",
  "finding.gateway-certificate-error.elsewhere":
    "Windowsの直近のVPNエラーは {code} です。証明書の確認、または利用者の認証で失敗しています。ゲートウェイの証明書の内容では説明がつきません。おそらく、「{root}」がPCの「信頼されたルート証明機関」にないか、ゲートウェイが利用者の証明書やパスワードを受け入れていません。",
  "finding.gateway-certificate-error.unread":
    "Windowsのエラー {code} がゲートウェイの証明書で説明できるかどうか：証明書を含む応答を読み取れていません。",
  "finding.gateway-certificate-error.no-error":
    "Windowsがゲートウェイの証明書を拒否したかどうか：ここ数日のVPNエラーは見つかりません。",
  "finding.gateway-certificate-error.clear":
    "Windowsの直近のVPNエラーは、証明書についてのものではありません。",
  "finding.gateway-certificate-sizes.found":
    "ゲートウェイの応答は {ikeBytes}バイトのIKEメッセージです。証明書{certificates}個（{fragments}バイト。ゲートウェイ自身の鍵は {key}）と署名が入っているためです。鍵と署名をECDSA（P-256）に替えると、約{withEcdsa}バイトになります。",
  "finding.gateway-certificate-sizes.root":
    "ゲートウェイの応答は {ikeBytes}バイトのIKEメッセージです。証明書{certificates}個（{fragments}バイト。ゲートウェイ自身の鍵は {key}）と署名が入っているためです。うち1個は、端末がもともと持っているはずのルート証明書です。これを除くと {withoutRoot}バイトになります。すべての鍵と署名をECDSA（P-256）に替えると、約{withEcdsa}バイトになります。",
  "finding.gateway-certificate-sizes.small-keys":
    "ゲートウェイの応答は {ikeBytes}バイトのIKEメッセージで、証明書が{certificates}個入っています（{fragments}バイト。ゲートウェイ自身の鍵は {key}）。鍵と署名はすでに小さいため、証明書を減らすか短くするほかに小さくする方法はありません。",
  "finding.gateway-certificate-requests.found":
    "ゲートウェイは、受け入れる認証局を{count}個挙げています（CERTREQ）。メッセージのうち {bytes}バイトを占めます。",
  "finding.gateway-certificate-requests.clear":
    "読み取った範囲では、ゲートウェイは認証局を挙げていません（CERTREQ）。",
  "finding.gateway-certificate-requests.unknown":
    "ゲートウェイが挙げる認証局の数（CERTREQ）：読み取れる応答がありません。",
  "action.gateway-certificate":
    "ゲートウェイの管理者に、証明書の問題を直すよう依頼してください（問題の内容はレポートにあります）。直すまでは、パケットがすべて届いても、PCがゲートウェイを拒否することがあります。",
});
