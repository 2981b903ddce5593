"""`steward player`: a hall's loudspeaker without a browser."""

from __future__ import annotations

import logging
import signal
from pathlib import Path
from types import FrameType

import click

from steward.player.device import MiniaudioSink, device_names, quieten_alsa, volume_gain
from steward.player.identity import identity
from steward.player.player import Player
from steward.player.server import Server


@click.command("player")
@click.option("--hall", default="main", show_default=True, help="大厅名称，即网址 /hall/ 后面的")
@click.option("--server", default="", help="服务器地址，如 http://192.168.1.10:8080")
@click.option("--device", default="", help="音频设备的名称或其中一部分；不写则用系统默认设备")
@click.option("--volume", type=int, default=100, show_default=True, help="音量 0–100，0 为静音")
@click.option("--list-devices", is_flag=True, help="列出这台机器的音频设备，然后结束")
@click.option(
    "--token", envvar="HAZARD_PLAYER_TOKEN", default="", help="令牌（服务器要求时才需要）"
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path.home() / ".local" / "state" / "hazard-steward",
    show_default="~/.local/state/hazard-steward",
    help="播放机的编号和声音缓存所在文件夹",
)
@click.option("--null", is_flag=True, help="不用声卡，只走流程（试用或测试）")
def player(
    hall: str,
    server: str,
    device: str,
    volume: int,
    list_devices: bool,
    token: str,
    folder: Path,
    null: bool,
) -> None:
    """不用浏览器的播放机：接在功放上的小电脑，按大厅的播报出声并回执。"""
    quieten_alsa()
    if list_devices:
        names = device_names()
        for name in names:
            click.echo(name)
        if not names:
            click.echo("没有找到音频设备：请检查声卡和驱动", err=True)
        return
    if not server:
        raise click.UsageError("请用 --server 给出服务器地址，如 http://192.168.1.10:8080")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    gain = volume_gain(volume)
    with identity(folder, hall) as who:
        hall = who.hall or hall
        while hall:
            reached = Server(server, hall, token)
            sink = MiniaudioSink(device, null=null)
            own = Player(reached, who, sink, folder / "clips", gain=gain)
            _stop_at_signals(own)
            click.echo(f"播放机 {who.key}：大厅 {hall}，服务器 {reached.address}。按 Ctrl+C 结束")
            own.run()
            hall = own.moved_to
            if hall:
                who.move(hall)
    click.echo("已停止")


def _stop_at_signals(own: Player) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        own.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


COMMANDS = [player]
