/** What a gateway's administrator can set, by product, and the message to forward. Japanese. */
import { servers as english } from "../en/servers.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const servers = translationOf(english, {
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
  "forward.lost-outbound":
    "該当するパケット（両端で記録）：{at}（その記録の時計による）にクライアントから送信された、メッセージ{exchange}の{which}です。IPパケットとして{ipBytes}バイト、IP識別子は送信側で{nearId}、もう一方の側で{farId}です（「–」は、届いた部分がないか、ログに記録がないことを示します）。ゲートウェイ側には届いていません。同じ種類で同じサイズのパケットは{times}回失われ、{passed}回届きました。届いた最大のパケットは{most}バイトです。クライアントからゲートウェイへの途中で何が破棄しているかを、ご確認ください。",
  "forward.lost-inbound":
    "該当するパケット（両端で記録）：{at}（その記録の時計による）にゲートウェイから送信された、{exchange}への応答の{which}です。IPパケットとして{ipBytes}バイト、IP識別子は送信側で{nearId}、もう一方の側で{farId}です（「–」は、届いた部分がないか、ログに記録がないことを示します）。クライアント側には届いていません。同じ種類で同じサイズのパケットは{times}回失われ、{passed}回届きました。届いた最大のパケットは{most}バイトです。ゲートウェイからクライアントへの途中で何が破棄しているかを、ご確認ください。",
  "forward.log-outbound":
    "該当するメッセージ：{exchange}は{at}（その記録の時計による）にクライアントから送信され、合わせて{sendings}回送信されましたが、ゲートウェイのログでは一度も完全な形で届いていません。届いた最大のパケットは{most}バイトです。クライアントからゲートウェイへの途中で何が破棄しているかを、ご確認ください。",
  "forward.log-inbound":
    "該当するメッセージ：{exchange}への応答は{at}（ゲートウェイのログの時計による）にゲートウェイから送信され、合わせて{sendings}回送信されましたが、クライアントには一度も完全な形で届いていません。届いた最大のパケットは{most}バイトです。ゲートウェイからクライアントへの途中で何が破棄しているかを、ご確認ください。",
});
