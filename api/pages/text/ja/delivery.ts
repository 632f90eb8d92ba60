/** The ways in which the agent comes to a user, on a code's page and in the message. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { delivery as english } from "../en/delivery.ts";

/** By the keys of the English words. */
export const delivery = translationOf(english, {
  "wayTitle.file": "公開されたハッシュと照合してから実行する行",
  "wayTitle.quick": "短い行で、照合せずに実行する",
  "wayTitle.installed": "スタートメニューにikefragがある場合",
  "wayTitle.by-hand": "プログラムを実行できない場合（OSのコマンドだけで調べる）",
  wayFileWhat:
    "この行は、ファイルを1つホームフォルダーに取得し、そのSHA-256を公開された値と比べ、一致したときだけ実行します。続いて、依頼者と送る内容、確認の質問が表示されます。同意するまで、何も測定しません。",
  wayFileCheck: "ファイルを自分で確かめる",
  wayFileHash: "{file}（バージョン{version}）のSHA-256",
  wayFileOrigins:
    "同じハッシュが、プログラムのリポジトリのdocs/releases.jsonにもあります。両方を見比べてください。このページを書き換えられる人でも、リポジトリまでは書き換えられません。",
  wayFileCompare: "取得したファイルのハッシュを表示する",
  wayFileOpen: "開いているPowerShellに入力する行（cmdでは使えません）",
  wayFileOpenWhy: "することは同じです。プロセスのコマンドラインにアドレスが残りません。",
  wayQuickWhat:
    "サービスから届いたものを、照合せずに実行します。セキュリティ製品に止められることがよくあります。その場合は、ほかの方法を使ってください。",
  wayInstalledCode: "入力するコード",
  wayInstalledWhat:
    "情報システム部門がikefragを入れたPCで使えます。小文字でもかまいません。ハイフンは省けます。",
  wayInstalledOpen: "スタートを押し、`ikefrag`と入力して、Enterキーを押します。",
  wayInstalledType: "上のコードを入力し、Enterキーを押します。",
  wayInstalledPrompt: "ケースコード",
  wayByHandTitle: "OSのコマンドだけで調べる",
  wayByHandWhat:
    "OSに備わっているコマンドをいくつか実行し、表示された内容を貼り付けます。このサービスのプログラムは動きません。そのぶん、結果の確かさは下がります。",
  wayByHandGo: "コマンドを表示する",
  wayPhoneTitle: "手元にPCがない場合",
  wayPhoneWhat:
    "スマートフォンで分かることを、プログラムなしで調べます。PCで実行するより、結果の確かさは下がります。",
  wayPhoneGo: "PCなしで調べる",
  wayNone:
    "この診断は、ikefragが入っているWindows PC用です。ほかの方法については{operator}にお尋ねください。",
  wayBlocked: "止められた場合",
  waySecurity: "セキュリティ担当者の方へ",
  messageBegin:
    "お世話になっております。\n\nVPN（{gateway}）に接続できない原因を調べるため、問題の起きているPCで短い確認を実行してください。2分ほどで終わります。調べるのはネットワークだけで、ファイルの中身は見ません。送信する前に必ず確認が表示されます。",
  messagePage: "そのPCで次のページを開いてください。手順が表示されます。\n{page}",
  messageLine:
    "Windowsの場合は、スタートを押してpowershellと入力し、Enterを押します。開いた画面に次の行を貼り付けて、Enterを押してください。\n{line}",
  messageInstalled:
    "Windowsの場合は、スタートを押してikefragと入力し、Enterを押します。続いて、次のコードを入力してください。\n{code}",
  messageOneOf: "次のうち、どれか1つで結構です（1がいちばん簡単です）。",
  messageAtEnd: "最後に、IKF-で始まるレポートIDが表示されます。それをお知らせください。",
});
