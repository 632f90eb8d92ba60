/** How large a login is by the computer's settings, and what makes it large. Japanese. */
import { logins as english } from "../en/logins.ts";
import { translationOf } from "../sentence.ts";

/** The English sentences in Japanese. */
export const logins = translationOf(english, {
  "finding.predicted-login.found":
    "このPCの設定から計算すると、ログインは{ike}バイトのIKEメッセージになります。MTUが{mtu}のとき、送信されるIPパケットの数は{packets}、Windowsの大きさのIKEフラグメント（RFC 7383）に分ける場合の数は{ikeFragments}です。{which}",
  "finding.predicted-login.agrees":
    "このPCの設定から計算すると、ログインは{ike}バイトのIKEメッセージになります（キャプチャでは{captured}バイト）。MTUが{mtu}のとき、送信されるIPパケットの数は{packets}、Windowsの大きさのIKEフラグメント（RFC 7383）に分ける場合の数は{ikeFragments}です。{which}",
  "finding.predicted-login.differs":
    "このPCの設定から計算すると、ログインは{ike}バイトのIKEメッセージになるはずですが、キャプチャでは{captured}バイトです。別の証明書を使ったか、挙げたルート証明書の数が違うか、別のPCのログインです。MTUが{mtu}のとき、計算上のIPパケットの数は{packets}、Windowsの大きさのIKEフラグメント（RFC 7383）に分ける場合の数は{ikeFragments}です。{which}",
  "login.parts.certificate":
    "内訳（バイト）：利用者の識別情報（IDi）{identity}、証明書（CERT）{certificates}、信頼するルート証明書{roots}個の一覧（CERTREQ）{requests}、署名（AUTH）{auth}、その他のペイロード{rest}、ヘッダーと暗号化{frame}。",
  "login.parts.choices":
    "{choices}個の証明書のうち、どれを使うかは分かりません。内訳（バイト）：利用者の識別情報（IDi）{identity}、証明書（CERT）{certificates}、信頼するルート証明書{roots}個の一覧（CERTREQ）{requests}、署名（AUTH）{auth}、その他のペイロード{rest}、ヘッダーと暗号化{frame}。",
  "login.parts.eap":
    "EAPのため、証明書と署名は含まれません。内訳（バイト）：利用者の識別情報（IDi）{identity}、信頼するルート証明書{roots}個の一覧（CERTREQ）{requests}、その他のペイロード{rest}、ヘッダーと暗号化{frame}。",
  "finding.predicted-login.no-settings":
    "このPCのログインの大きさ：PCの設定が読み取られていません。Windows用のエージェントが読み取ります。",
  "finding.predicted-login.no-profile":
    "このPCのログインの大きさ：このゲートウェイへのIKEv2の接続が、PCの設定にありません。",
  "finding.predicted-login.no-certificate":
    "このPCのログインの大きさ：ログインに使う証明書を読み取れませんでした。",
  "finding.predicted-login.no-roots":
    "このPCのログインの大きさ：PCが信頼するルート証明書の数が分かりません。",
  "finding.predicted-login.no-sizes":
    "このPCのログインの大きさ：設定から計算した大きさが、実際のログインではありえない値です。",
  "finding.login-certificate-large.found":
    "PCの証明書のために、ログインが大きくなっています。RSAの鍵をECDSA（P-256）に替えると、IKEメッセージは最大{bytes}バイトから{smaller}バイトに、送信されるIPパケットは{packets}個から{fewer}個に減ります。",
  "finding.login-certificate-large.chain":
    "Windowsが自身の証明書の上位の証明書も送る場合、そのためにログインが大きくなります。上位の証明書がなければ、IKEメッセージは最大{bytes}バイトから{smaller}バイトに、送信されるIPパケットは{packets}個から{fewer}個に減ります。",
  "finding.login-certificate-large.clear":
    "鍵をECDSAに替えても、証明書のチェーンを短くしても、ログインが送信されるIPパケットの数（{packets}）は変わりません。",
  "finding.login-certificate-large.eap":
    "PCのログインのメッセージには証明書が含まれないため、証明書を替えても小さくなりません。",
  "finding.login-roots-many.found":
    "PCが信頼するルート証明書{roots}個の一覧（CERTREQ）が、ログインのうち{bytes}バイトを占めています。{kept}個以下に減らすと、送信されるIPパケットは{packets}個から{fewer}個に減ります。",
  "finding.login-roots-many.clear":
    "PCが信頼するルート証明書{roots}個の一覧（CERTREQ）が、ログインのうち{bytes}バイトを占めています。一覧を短くするだけでは、送信されるIPパケットの数（{packets}）は変わりません。",
  "note.predicted-packets":
    "このPCの設定から計算すると、ログインは{ike}バイトのIKEメッセージになります。MTUが{mtu}のとき、送信されるIPパケットの数は{packets}です。",
});
