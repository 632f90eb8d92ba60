/** What logins that were begun with the gateway and not finished tell, and what was not tested. Japanese. */
import { rehearsal as english } from "../en/rehearsal.ts";
import { translationOf } from "../sentence.ts";

/** The English sentences in Japanese. */
export const rehearsal = translationOf(english, {
  "finding.rehearsed-back.lost":
    "ログインを途中まで行い、要求を{tries}回送りました。次の小さなメッセージに応答があったので、ゲートウェイはこの要求を受け取っています。しかし、その大きな応答は一度も届きませんでした。",
  "finding.rehearsed-back.lost-sized":
    "ログインを途中まで行い、要求を{tries}回送りました。次の小さなメッセージに応答があったので、ゲートウェイはこの要求を受け取っています。しかし、その大きな応答（約{ikeBytes}バイトのIKEメッセージ）は一度も届きませんでした。",
  "finding.rehearsed-back.bounded":
    "ログインを途中まで行い、要求を{tries}回送りました。次の小さなメッセージに応答があったので、ゲートウェイはこの要求を受け取っています。しかし、その大きな応答（約{ikeBytes}バイトのIKEメッセージ）は、IPフラグメントとしては一度も届きませんでした。IKEフラグメントとしては、最大{passed}バイトのパケットで届いています。戻りの経路では、IPフラグメントがすべて失われるか、{passed}バイトより大きなパケットが失われています。",
  "finding.rehearsed-back.whole":
    "ログインを途中まで行い、要求を{tries}回送りました。ゲートウェイの応答（約{lost}バイトのパケット1つ）は一度も届きませんでしたが、{passed}バイトのパケットは届きました。戻りの経路で、大きなパケットが消えているか、IPフラグメントに分割されてから失われています。",
  "finding.rehearsed-back.only-last":
    "途中まで行ったログインへのゲートウェイの応答は、IKEフラグメントに分けて送られました。{tries}回求めましたが、届いたのは最後の一番小さなフラグメントだけでした。戻りの経路で、大きなパケットが消えているか、IPフラグメントに分割されてから失われています。",
  "finding.rehearsed-back.clear":
    "途中まで行ったログインへのゲートウェイの大きな応答（{ikeBytes}バイトのIKEメッセージ）が、IPフラグメントとして届きました。",
  "finding.rehearsed-back.unknown":
    "ゲートウェイの大きな応答が届くかどうか：確かめるためのログインは試していません。",
  "finding.rehearsed-ike.both":
    "途中まで行ったログインの大きなメッセージは、IKEフラグメント（RFC 7383）としては、最大{ipBytes}バイトのパケットで往復とも届きました。",
  "finding.rehearsed-ike.out":
    "途中まで行ったログインの大きなメッセージは、IKEフラグメント（RFC 7383）としては、最大{ipBytes}バイトのパケットでゲートウェイに届きました。戻りの経路をIKEフラグメントが通るかどうかは、確かめていません。",
  "finding.rehearsed-ike.back":
    "途中まで行ったログインへのゲートウェイの大きな応答は、IKEフラグメント（RFC 7383）としては、最大{ipBytes}バイトのパケットで届きました。行きの経路をIKEフラグメントが通るかどうかは、確かめていません。",
  "finding.rehearsed-ike.back-lost":
    "双方がIKEフラグメンテーション（RFC 7383）に対応しており、ログインを途中まで行って要求を{tries}回送りましたが、ゲートウェイの大きな応答は一度も届きませんでした。",
  "finding.rehearsed-ike.back-some":
    "途中まで行ったログインへのゲートウェイの応答は、IKEフラグメント（RFC 7383）として届きましたが、{tries}回求めても、毎回一部が欠けていました。",
  "finding.rehearsed-ike.back-only-last":
    "途中まで行ったログインへのゲートウェイの応答は、IKEフラグメント（RFC 7383）に分けて送られましたが、{tries}回求めても、届いたのは最後の一番小さなフラグメントだけでした。",
  "finding.rehearsed-ike.out-lost":
    "途中まで行ったログインの大きなメッセージを、IKEフラグメント（RFC 7383）として最大{lost}バイトのパケットで{tries}回送りましたが、ゲートウェイには一度も届きませんでした。代わりに送った小さなメッセージには応答がありました。",
  "finding.rehearsed-ike.out-large":
    "途中まで行ったログインの大きなメッセージを、IKEフラグメント（RFC 7383）として最大{lost}バイトのパケットで{tries}回送りましたが、ゲートウェイには一度も届きませんでした。最大{passed}バイトのパケットでは届きました。",
  "finding.rehearsed-ike.unknown": "IKEフラグメント（RFC 7383）がこの経路を通るかどうかは、試していません。",
  "finding.large-echo.login-passes":
    "往復とも分割される大きさ（データ{payload}バイト）のpingには応答がありませんでしたが、ログインへのゲートウェイの大きな応答は、IPフラグメントとして届きました。大きなpingだけを捨てる機器があるようですが、VPNには影響しません。",
  "finding.large-echo.login-fits":
    "往復とも分割される大きさ（データ{payload}バイト）のpingには応答がありませんでした。ただし、ログインへのゲートウェイの実際の応答は1つのパケットに収まり、届いています。このゲートウェイのログインでは、戻りの経路にIPフラグメントは要りません。",
  "four-ways.stopped.left-out":
    "ログインを試さない設定になっています（このケース、今回の測定、またはサービスの設定）。",
  "four-ways.stopped.cookie":
    "ゲートウェイがCOOKIEを求めて身を守っているため、負担をかけないように、ログインは試していません。",
  "four-ways.stopped.no-answer":
    "ゲートウェイが最初のメッセージに応答しないため、ログインを試せませんでした。",
  "four-ways.stopped.no-common-suite":
    "ゲートウェイとこのテストに共通の暗号方式がないため、ログインを試せませんでした。",
  "four-ways.stopped.unreadable":
    "届いた応答の内容が正しくなく、判断に使えないため、ログインを試せませんでした。",
  "four-ways.stopped.limits": "今回の測定ではこれ以上ゲートウェイに送れないため、ログインは試していません。",
  "four-ways.no-16430": "ゲートウェイがIKEフラグメンテーションに対応していません。",
  "four-ways.takes-no-eap":
    "戻りの経路は確かめていません。このゲートウェイは証明書（または事前共有鍵）だけを受け付けるか、テストとは別の名前を求めるため、大きな応答を返しません。",
  "four-ways.cuts-unasked":
    "このゲートウェイは、クライアントが対応を通知しなくても、大きな応答をIKEフラグメントで送ります。",
  "four-ways.fits-one-packet":
    "ゲートウェイの実際の応答は届きました。1つのパケットに収まるので、分割する必要がありません。",
  "four-ways.doubtful": "失われたものはありますが、回数が少なく、それ以上のことは言えません。",
  "four-ways.not-asked": "今回の測定では試していません。",
  "four-ways.some-sizes": "届く大きさと、届かない大きさがあります。",
  "four-ways.by-ping": "IPフラグメントとして戻ってきたpingの応答で確かめました。",
  "four-ways.smaller-pass":
    "最大{passed}バイトのパケットなら届きますが、{lost}バイトのパケットでは失われました。",
  "four-ways.some": "IKEフラグメントの一部は届きましたが、全部がそろったことはありません。",
  "four-ways.only-last": "届いたのは、最後の一番小さなIKEフラグメントだけでした。",
  "four-ways.or-uncut":
    "応答は何も届きませんでした。ゲートウェイが、IKEフラグメンテーションに対応していながら、この応答の分割をIPに任せた可能性もあります。",
  "four-ways.may-be-chance": "{tries}回失われました。ただし、この経路では偶然だった可能性もあります。",
  "explanation.ike-fragments-lost":
    "ふだんは役に立つIKEフラグメンテーション（RFC 7383）も、この経路でこのゲートウェイと試しましたが、そのパケットも失われました。IKEフラグメントをもっと小さくするか、別のネットワークを使う必要があります。",
  "action.profile-switch":
    "WindowsのVPNプロファイルで、IKEフラグメンテーションが無効になっていないか確認してください。rasphone.pbkの`Disable_IKEv2_Fragmentation`は0、ProfileXMLの`DisableIKEv2Fragmentation`はfalseでなければなりません。",
  "note.ike-fragments-verified":
    "IKEフラグメントの効果は、この経路でこのゲートウェイと確かめてあります（ログインのメッセージが、最大{ipBytes}バイトのパケットで届きました）。ログインのためにMTUを変える必要はありません。",
});
