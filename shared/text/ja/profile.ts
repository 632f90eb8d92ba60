/** What the client's own settings do to its logins, and the switch in its VPN profile. Japanese. */
import { profile as english } from "../en/profile.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const profile = translationOf(english, {
  "finding.profile-switch.off":
    "このPCの、ゲートウェイへのVPNプロファイルでは、IKEフラグメンテーション（RFC 7383）が無効になっています（電話帳ファイルに`Disable_IKEv2_Fragmentation=1`とあります）。",
  "finding.profile-switch.agrees":
    "このPCの、ゲートウェイへのVPNプロファイルでは、IKEフラグメンテーション（RFC 7383）が無効になっています（電話帳ファイルに`Disable_IKEv2_Fragmentation=1`とあります）。キャプチャされたログインも、これを使えると伝えていません。",
  "finding.profile-switch.clear":
    "このPCの、ゲートウェイへのVPNプロファイルは、IKEフラグメンテーションを無効にしていません。",
  "finding.profile-switch.mixed":
    "このPCの、ゲートウェイへのVPNプロファイルには、IKEフラグメンテーションを無効にしているものと、していないものがあります。どれで接続しているかは分かりません。",
  "finding.profile-switch.unknown": "このPCの、ゲートウェイへのVPNプロファイルは読み取っていません。",
  "finding.profile-contradicted.found":
    "このPCのVPNプロファイルではIKEフラグメンテーションが無効なのに、キャプチャされたゲートウェイへのログインでは使えると伝えています。別のプロファイルか別のPCのログインであるか、その間にプロファイルが変わったかのいずれかです。そのため、プロファイルを原因とは見なしません。",
  "finding.profile-contradicted.clear":
    "キャプチャされたログインは、このPCのVPNプロファイルの内容と一致しています。",
  "finding.profile-contradicted.unknown":
    "IKEフラグメンテーションを無効にしているVPNプロファイルと、照らし合わせるログインのキャプチャがそろっていません。",
  "finding.profile-cause.found":
    "ゲートウェイはIKEフラグメンテーション（RFC 7383）に対応していますが、このPCのVPNプロファイルだけがその利用を妨げています。そのため、大きなログインのメッセージはIPフラグメントとして送り出されます。同じネットワークのほかのPCでは、その必要がないかもしれません。",
  "finding.profile-cause.clear":
    "IKEフラグメンテーションの利用を妨げているのは、このPCのVPNプロファイルではありません。",
  "finding.profile-cause.with-gateway":
    "ゲートウェイもIKEフラグメンテーションに対応していません。プロファイルとゲートウェイの両方で有効にする必要があります。",
  "finding.profile-cause.unknown":
    "このPCのVPNプロファイルがIKEフラグメンテーションの利用を妨げているかどうかは分かりません。",
  "finding.profile-cause.unknown-gateway":
    "このPCのVPNプロファイルはIKEフラグメンテーションを無効にしています。ゲートウェイが対応しているかどうかは分かりません。",
  "finding.client-too-old.found":
    "このWindows（ビルド{build}）は、VPNクライアントが初めてIKEフラグメンテーション（RFC 7383）に対応したバージョン1803（ビルド17134）より古く、大きなログインのメッセージを必ずIPフラグメントとして送ります。",
  "finding.client-too-old.clear":
    "このWindows（ビルド{build}）は、IKEフラグメンテーション（RFC 7383）を使えるバージョンです。",
  "finding.client-too-old.unknown": "ログインするWindowsのビルドは分かりません。",
  "finding.profiles-differ.switch":
    "このPCには、ゲートウェイへのVPNプロファイルが{count}個あり、そのうち{off}個がIKEフラグメンテーションを無効にしています。どれで接続するかによって結果が変わります。",
  "finding.profiles-differ.login":
    "このPCには、ゲートウェイへのVPNプロファイルが{count}個あり、VPNの種類または暗号スイートが異なります。どれで接続するかによって結果が変わります。",
  "finding.profiles-differ.clear":
    "このPCの、ゲートウェイへのVPNプロファイルに、ここで問題になる違いはありません。",
  "finding.profiles-differ.unknown": "このPCの、ゲートウェイへのVPNプロファイルは読み取っていません。",
  "finding.vpn-mtu.zero":
    "VPN自身のインターフェイスのMTUが0です。ログインはできますが、トンネルの中を何も通れません。VPNプロファイルを配布するツールなど、何がこの値を設定したのかを調べてください。",
  "finding.vpn-mtu.small":
    "VPN自身のインターフェイスのMTUが{mtu}バイトで、どのホストも受け取れるはずの{least}バイトを下回っています。ログインはできますが、トンネルの中の通信に支障が出ます。",
  "finding.vpn-mtu.no-ipv6":
    "VPN自身のインターフェイスの、IPv6のMTUが{mtu}バイトです。IPv6には{least}バイトが必要です。ログインはできますが、トンネルの中でIPv6を使えません。",
  "finding.vpn-mtu.large":
    "VPN自身のインターフェイスのMTUは{mtu}バイトですが、その下のインターフェイスのMTUは{outer}バイトで、トンネルの中の1つのパケットとしては最大{most}バイトまでしか運べません。ログインはできますが、それより大きなパケットはIPフラグメントとして送り出されます。",
  "finding.vpn-mtu.clear": "VPN自身のインターフェイスのMTUに問題はありません。",
  "finding.vpn-mtu.unknown": "VPN自身のインターフェイスのMTUは読み取っていません。",
  "verdict.outbound-fragments-too-large.title.profile-keeps-ip-fragments":
    "VPNプロファイルでIKEフラグメンテーションが無効になっていて、IPフラグメントが失われています",
  "verdict.outbound-fragments-dropped.title.profile-keeps-ip-fragments":
    "VPNプロファイルでIKEフラグメンテーションが無効になっていて、経路がIPフラグメントを捨てています",
  "verdict.inbound-fragments-lost.title.profile-keeps-ip-fragments":
    "VPNプロファイルでIKEフラグメンテーションが無効になっていて、ゲートウェイからのIPフラグメントが失われています",
  "verdict.ike-auth-unanswered.title.profile-keeps-ip-fragments":
    "VPNプロファイルでIKEフラグメンテーションが無効になっていて、ログインのメッセージに応答がありません",
  "verdict.outbound-fragments-too-large.title.low.profile-keeps-ip-fragments":
    "VPNプロファイルでIKEフラグメンテーションが無効になっていて、IPフラグメントが失われているようです",
  "verdict.inbound-fragments-lost.title.low.profile-keeps-ip-fragments":
    "VPNプロファイルでIKEフラグメンテーションが無効になっていて、ゲートウェイからのIPフラグメントが失われている可能性があります",
  "verdict.ike-auth-unanswered.title.low.profile-keeps-ip-fragments":
    "VPNプロファイルでIKEフラグメンテーションが無効になっていて、ログインのメッセージへの応答が見られませんでした",
  "explanation.profile-switch":
    "ゲートウェイは、IPフラグメントを必要としないIKEフラグメンテーション（RFC 7383）に対応していて、Windowsもこれを使えます。ところが、このPCのVPNプロファイルでは無効になっています（Disable_IKEv2_Fragmentation=1）。変えるのはプロファイルの1行だけで、ゲートウェイもMTUもそのままでかまいません。",
  "explanation.profile-and-gateway":
    "IKEフラグメンテーション（RFC 7383）を使えばIPフラグメントは要りませんが、両端の対応が必要です。このPCのVPNプロファイルでは無効になっていて（Disable_IKEv2_Fragmentation=1）、ゲートウェイも対応していません。",
  "explanation.profile-perhaps":
    "このPCのVPNプロファイルでは、IKEフラグメンテーション（RFC 7383）が無効になっています（Disable_IKEv2_Fragmentation=1）。ゲートウェイが対応していれば、プロファイルで有効にするだけで済みます。",
  "action.profile-on":
    "下の行で、このPCのVPNプロファイルのIKEフラグメンテーションを有効にし、もう一度接続してください。これでVPNがつながれば、ほかに必要なことはありません。",
  "action.profile-on.by-hand":
    "このPCのVPNプロファイルのIKEフラグメンテーションを有効にしてください。電話帳ファイル（rasphone.pbk）の控えを取り、プロファイルのセクションの`Disable_IKEv2_Fragmentation`を0にして、もう一度接続します。これでVPNがつながれば、ほかに必要なことはありません。",
  "action.profile-on.both":
    "下の行で、このPCのVPNプロファイルのIKEフラグメンテーションを有効にしてください。両端の対応が必要ですが、ゲートウェイはまだ対応していません。",
  "action.profile-on.both-by-hand":
    "このPCのVPNプロファイルのIKEフラグメンテーションを有効にしてください。電話帳ファイル（rasphone.pbk）の控えを取り、プロファイルのセクションの`Disable_IKEv2_Fragmentation`を0にします。両端の対応が必要ですが、ゲートウェイはまだ対応していません。",
  "action.profile-on.perhaps":
    "下の行で、このPCのVPNプロファイルのIKEフラグメンテーションを有効にし、もう一度接続してください。ゲートウェイも対応していれば、それだけで済みます。",
  "action.profile-on.perhaps-by-hand":
    "このPCのVPNプロファイルのIKEフラグメンテーションを有効にしてください。電話帳ファイル（rasphone.pbk）の控えを取り、プロファイルのセクションの`Disable_IKEv2_Fragmentation`を0にして、もう一度接続します。ゲートウェイも対応していれば、それだけで済みます。",
  "action.update-windows":
    "このWindowsを更新してください。VPNクライアントがIKEフラグメンテーション（RFC 7383）を使えるのは、バージョン1803（ビルド17134）からです。",
  "note.profile-managed":
    "VPNプロファイルがIntune、スクリプト、ProfileXMLで配布されている場合は、そちらの`DisableIKEv2Fragmentation`もfalseにしてもらってください。そうしないと、プロファイルが元の設定に戻ります。",
});
