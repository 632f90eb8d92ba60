/** What the comparison of two diagnoses says. Japanese. */
import { compare as english } from "../en/compare.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const compare = translationOf(english, {
  "compare.verdict": "判定：{from} → {to}",
  "compare.verdict.same": "判定：{value}",
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
  "compare.connects": "VPNに接続できます",
  "compare.fixed-login": "解決：MTUを{mtu}にすると、ログインに応答があります。",
  "compare.fixed": "解決：MTUを{mtu}にすると、1つ目の問題はなくなりました。",
  "compare.new-problem": "1つ目に問題はなく、2つ目に問題があります。",
  "compare.both-well": "どちらにも問題は見られません。",
  "compare.unproven": "どちらか一方だけでは確定できません。違いは次のとおりです。",
  "compare.took-effect": "1つ目に対して推奨した変更は、2つ目で反映されています。",
  "compare.no-effect":
    "1つ目に対して推奨した変更は、2つ目では反映されていません。送られているパケットの大きさが元のままです。",
  "compare.cured": "1つ目の問題は、2つ目では解消しています。",
  "compare.not-cured": "1つ目の問題は、2つ目でも解消していません。",
  "compare.switch": "VPNプロファイルのIKEフラグメンテーション（✓は有効）：{from} → {to}",
  "compare.switch.same": "VPNプロファイルのIKEフラグメンテーション（✓は有効）：{value}",
  "compare.offer": "キャプチャされたログインでのIKEフラグメンテーションの提示：{from} → {to}",
  "compare.offer.same": "キャプチャされたログインでのIKEフラグメンテーションの提示：{value}",
  "compare.login": "ログインの方式：{from} → {to}",
  "compare.login.same": "ログインの方式：{value}",
  "compare.certificates": "ログインに使える証明書と、その上位の証明書：{from} → {to}バイト",
  "compare.certificates.same": "ログインに使える証明書と、その上位の証明書：{value}バイト",
  "compare.roots": "ログインで列挙されうる、信頼されたルートの数：{from} → {to}",
  "compare.roots.same": "ログインで列挙されうる、信頼されたルートの数：{value}",
  "compare.predicted": "この設定でログインに必要なIPパケットの数：{from} → {to}",
  "compare.predicted.same": "この設定でログインに必要なIPパケットの数：{value}",
  "compare.build": "Windowsのビルド：{from} → {to}",
  "compare.build.same": "Windowsのビルド：{value}",
  "compare.vpn-mtu": "VPN自身のインターフェイスのMTU：{from} → {to}バイト",
  "compare.vpn-mtu.same": "VPN自身のインターフェイスのMTU：{value}バイト",
  "compare.fragments-first":
    "同じゲートウェイに対して、1つ目はログインのメッセージを{from}個のIPフラグメントに分けて送り、2つ目は分けずに送っています。",
  "compare.fragments-second":
    "同じゲートウェイに対して、1つ目はログインのメッセージをIPフラグメントに分けずに送り、2つ目は{to}個に分けて送っています。",
  "compare.fragments-both":
    "同じゲートウェイに対して、ログインのメッセージを、1つ目は{from}個、2つ目は{to}個のIPフラグメントに分けて送っています。",
  "compare.switch-first":
    "IKEフラグメンテーションが、1つ目のVPNプロファイルでは無効になっていて、2つ目では無効になっていません。",
  "compare.switch-second":
    "IKEフラグメンテーションが、2つ目のVPNプロファイルでは無効になっていて、1つ目では無効になっていません。",
  "compare.fixed-profile":
    "解決：VPNプロファイルでIKEフラグメンテーションを有効にすると、経路がIPフラグメントをどう扱うかによらず、ログインに応答があります。",
  "compare.profile-no-cure":
    "VPNプロファイルのIKEフラグメンテーションは有効になりましたが、ログインにはまだ応答がありません。",
  "compare.profile-untried":
    "VPNプロファイルのIKEフラグメンテーションは有効になりました。これでVPNがつながるかどうかは、ログインを記録すると分かります。",
});
