"""Every setting, in one table; the only reader of the environment.

A value comes from `STEWARD_*` in the environment, else from `steward.toml`, else from its
default here. An unknown key stops the start.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from steward.domain.alarms import AlarmRules, Retry
from steward.domain.alerts import SCOPES, Issuer, is_id, read_issuer
from steward.domain.announcements import Rules, approval_rules
from steward.domain.mail import MailServer, mail_address, read_mail_server
from steward.domain.warning_lists import Escalation
from steward.domain.weeks import district_instant
from steward.errors import SettingsError

PREFIX = "STEWARD_"
FILE_VARIABLE = "STEWARD_SETTINGS_FILE"
DEFAULT_FILE = "steward.toml"
_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^/@\s]+@")  # of an address: never shown


class Settings(BaseSettings):
    """The table. Each field's description is its help; its unit stands there too."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(
        Path("./var"), description="数据文件夹：数据库、语音缓存、导入留档、日志都在其中"
    )
    database_url: str = Field(
        "", description="数据库地址（SQLAlchemy URL）；留空则用数据文件夹中的 SQLite"
    )
    district: str = Field(
        "萧山区", min_length=1, description="区县名称，出现在页面、播报和文件标签里"
    )
    due_soon_days: Annotated[int, Field(ge=0, le=60)] = Field(
        7, description="到期预警的提前天数（天）：期限在今天起这么多天之内的算到期预警"
    )
    host: str = Field("127.0.0.1", description="网页服务监听地址；要让大厅电脑访问，改为 0.0.0.0")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8080, description="网页服务端口")
    https_proxy: bool = Field(
        False,
        description="网页服务前面有一台 HTTPS 反向代理：登录只经 HTTPS，来源地址取自它的 "
        "X-Forwarded-For；没有代理时不要设为 true",
    )
    session_minutes: Annotated[int, Field(ge=5, le=720)] = Field(
        120, description="登录后多久没有操作就要重新登录（分钟）；登录 12 小时后总要重新登录"
    )
    oidc_issuer: str = Field(
        "",
        description="单位统一登录（OpenID Connect）的地址，如 https://sso.example.gov.cn；不用则留空",
    )
    oidc_client_id: str = Field("", description="在统一登录处登记的客户端编号")
    oidc_client_secret: str = Field("", description="在统一登录处登记的客户端密钥")
    oidc_name_claim: str = Field(
        "preferred_username", description="统一登录给出的、等于本系统帐号名的那一项"
    )
    voice: str = Field("zf_xiaobei", description="首选语音（voices/ 中的编号）")
    fallback_voices: str = Field(
        "zm_yunjian,zf_xiaoxiao,espeak_cmn", description="备用语音，逗号分隔，按顺序尝试"
    )
    voices_dir: str = Field("", description="语音模型文件夹；留空则用数据文件夹中的 voices")
    fonts_dir: str = Field(
        "", description="简报、月报等文档所用字体的文件夹；留空则用数据文件夹中的 fonts"
    )
    model_file: str = Field("", description="已有的 kokoro int8 模型文件路径；留空则由安装步骤取得")
    model_url: str = Field(
        "", description="语音模型下载地址（有外网而无安装包时使用）；留空则用官方发布地址"
    )
    engine_timeout_s: Annotated[float, Field(gt=0, le=600)] = Field(
        60.0, description="一个分句合成的最长时间（秒），超过即换下一种语音"
    )
    fast_model: bool = Field(
        True,
        description="安装时把语音模型改写成本机最快的形式来用（声音不变）；false 则用原样的模型",
    )
    hear_back: bool = Field(
        True, description="播出前用离线语音识别听一遍，数字不符即扣留；false 则不听回，页面会注明"
    )
    recogniser_dir: str = Field(
        "", description="已有的 whisper-base 模型文件夹（CTranslate2 格式）；留空则由安装步骤取得"
    )
    recogniser_url: str = Field(
        "", description="听回模型下载地址（有外网而无安装包时使用）；留空则用官方发布地址"
    )
    voice_failures: Annotated[int, Field(ge=1, le=100)] = Field(
        3, description="一种语音接连失败多少次后暂停使用（次）"
    )
    voice_rest_s: Annotated[float, Field(ge=1, le=86400)] = Field(
        120.0, description="暂停使用的语音多久后再试一次（秒）"
    )
    speech_server_url: str = Field(
        "", description="本单位语音合成服务器的地址（OpenAI 兼容接口），如 http://10.0.0.8:8880"
    )
    speech_server_key: str = Field("", description="语音合成服务器的密钥；不需要则留空")
    speech_server_model: str = Field("", description="语音合成服务器上的模型名称；留空则用 tts-1")
    edge_proxy: str = Field(
        "", description="使用微软 Edge 在线语音时的代理地址，如 http://10.0.0.1:3128；不需要则留空"
    )
    lexicon_file: str = Field(
        "", description="补充的读音词典文件；留空则用数据文件夹中的 lexicon.tsv（没有也可以）"
    )
    prepare_ahead_s: Annotated[int, Field(ge=0, le=86400)] = Field(
        600, description="提前多少秒为下一次计划播报准备语音（秒）"
    )
    heartbeat_s: Annotated[float, Field(gt=0, le=60)] = Field(
        5.0, description="大厅事件流的心跳间隔（秒）"
    )
    unheard_minutes: Annotated[float, Field(gt=0, le=1440)] = Field(
        5.0,
        description="到点后多久还没有开播、开播后多久还没有播放点开始播，就告警“没有人听到”（分钟）",
    )
    unheard_retry: str = Field(
        "none",
        description="重要和紧急播报没有人听到时：none 只告警；once 在补播时限内自动再播一次",
    )
    player_silent_s: Annotated[float, Field(ge=5, le=86400)] = Field(
        90.0, description="登记的播放点多久没有消息就告警“播放点失联”（秒）"
    )
    push_urls: str = Field(
        "",
        description="告警推送到哪里：apprise 地址，每个写一个目标，空格或逗号分隔，"
        "如 dingtalk://令牌 wecombot://密钥 feishu://令牌 ntfy://服务器/主题 json://服务器/路径；"
        "没有网络就留空",
    )
    mail_server: str = Field(
        "",
        description="给镇街发邮件的服务器：smtp://用户:密码@主机:端口（对方支持就用 STARTTLS "
        "加密）、starttls://（必须加密）、smtps://（一开始就加密）；不加密时不送密码，除非末尾写 "
        "?tls=no；不发邮件就留空",
    )
    mail_password_file: str = Field(
        "", description="存放邮件密码的文件，第一行是密码；设了它，mail_server 里就不写密码"
    )
    mail_ca_file: str = Field(
        "", description="邮件服务器的证书由本单位自己签发时，签发者的证书文件（PEM）；否则留空"
    )
    mail_from: str = Field("", description="发件人地址，如 anjian@example.gov.cn；发邮件时必填")
    mail_limit_mb: Annotated[float, Field(gt=0, le=100)] = Field(
        15.0, description="一封邮件连附件编码后最大多少（MB）；放不下的附件不附，信里给出领取的页面"
    )
    briefing_delivery: str = Field(
        "0 10 * * 1",
        description="每周简报何时送出：分 时 日 月 星期，区县当地时间；遇休息日顺延到下一个工作日",
    )
    report_delivery: str = Field(
        "30 9 3 * *",
        description="上个月的隐患月报何时生成并送出：写法和顺延同 briefing_delivery",
    )
    remind_after_workdays: Annotated[int, Field(ge=0, le=30)] = Field(
        3,
        description="送出后几个工作日镇街还没有领取就催办一次（个）；再过这么多天仍未领取就告警；"
        "0 不催",
    )
    warning_digest: str = Field(
        "09:00",
        description="每个工作日几点给有预警的镇街送一份当日预警（时:分）；留空则不送",
    )
    escalate_unanswered_days: Annotated[int, Field(ge=0, le=365)] = Field(
        5, description="超期预警多少天没有人签收就升级到区里并告警（天）；0 不升级"
    )
    escalate_overdue_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        30, description="隐患超期多少天以上，不论是否签收都升级到区里并告警（天）；0 不升级"
    )
    push_per_minute: Annotated[int, Field(ge=1, le=600)] = Field(
        20, description="给镇街的推送，一个群机器人每分钟最多几条（条）；钉钉、企业微信的上限是 20"
    )
    approval_rules: str = Field(
        "adhoc.emergency=duty, adhoc.important=approver, alert.*=approver",
        description="审批规则，逗号分隔，种类.优先级=方式。种类：adhoc 临时、plan 计划、"
        "correction 更正、all_clear 解除、alert 外部警报；优先级：emergency、important、routine、"
        "notice；都可写 *。方式：none 不需审批，approver 须另一人审批，duty 值班员写明理由即可。"
        "没有写到的不需审批",
    )
    approval_hours: Annotated[float, Field(gt=0, le=720)] = Field(
        24.0, description="待审批的播报单多久没有人审批就过期（小时）"
    )
    compare_minutes: Annotated[float, Field(ge=0.1, le=1440)] = Field(
        10.0, description="台账变化后，多久核对一次播过的数字还对不对（分钟）"
    )
    compare_days: Annotated[int, Field(ge=1, le=366)] = Field(
        14, description="核对最近多少天的播报（天）"
    )
    public_url: str = Field(
        "",
        description="别的单位访问本系统的地址，如 https://bobao.example.gov.cn；设了它，对外警报里才有"
        "声音的地址；留空则没有",
    )
    cap_sender: str = Field(
        "hazard-steward.invalid",
        description="对外警报（CAP）里的发布单位标识，全球唯一，通常是本单位域名；不能有空格、逗号",
    )
    cap_sender_name: str = Field(
        "", description="对外警报里的发布单位名称；留空则是区县名称加“应急管理局”"
    )
    cap_scope: str = Field(
        "Restricted",
        description="对外警报的范围：Public 可以公开传播，Restricted 只供有关单位使用",
    )
    cap_info: str = Field(
        "category=Safety, event=安全提示, response=Monitor, urgency=Immediate, severity=Severe, "
        "certainty=Likely, hours=12",
        description="对外警报里的各项，逗号分隔，用 CAP 1.2 的词；hours：没写失效时间的几小时失效",
    )
    cap_access: str = Field(
        "token",
        description="谁可以取对外警报和订阅源：open 任何人，token 登录的人和持令牌的程序",
    )
    api_per_minute: Annotated[int, Field(ge=1, le=100_000)] = Field(
        300, description="接口（/api/v1）每个令牌每分钟最多多少个请求（个），超过的请其稍后再来"
    )
    api_kept_days: Annotated[int, Field(ge=1, le=365)] = Field(
        7, description="接口的答复按 Idempotency-Key 保留多久（天）"
    )
    cap_targets: str = Field(
        "", description="收到的警报在哪些大厅、区域播，名称以逗号分隔；留空则是所有大厅"
    )
    cap_trusted_senders: str = Field(
        "",
        description="信任的发布单位标识（CAP 的 sender），逗号分隔：它们的警报不经审批直接播出；"
        "标识可以冒写，只在来路可靠时填",
    )
    cap_folder: str = Field(
        "", description="监看的文件夹：放进来的警报文件自动接收，处理完移到其中的 done 或 refused"
    )
    cap_feeds: str = Field(
        "",
        description="警报的网址，空格或逗号分隔：Atom、RSS 订阅源或单份 CAP，http:// 或 https://",
    )
    cap_feed_s: Annotated[float, Field(ge=5, le=86400)] = Field(
        60.0, description="多久看一次警报的网址（秒）"
    )
    sources_file: str = Field(
        "",
        description="数据来源的声明（TOML）；留空则用数据文件夹中的 sources.toml，没有就不接入",
    )
    holidays_file: str = Field(
        "", description="节假日补充文件（TOML）；留空则用数据文件夹中的 holidays.toml"
    )
    demo_clock: str = Field(
        "",
        description="演示时钟的起点，如 2021-11-16T08:59；留空则用真实时钟。页面会醒目标明演示日期",
    )
    demo_clock_since: str = Field(
        "", description="演示时钟起点所对应的真实时刻（UTC），由 steward run 自动填写，通常不必设置"
    )

    @field_validator("demo_clock", "demo_clock_since")
    @classmethod
    def _an_instant(cls, value: str) -> str:
        if value:
            try:
                district_instant(value)
            except ValueError as error:
                raise ValueError("应如 2021-11-16T08:59") from error
        return value

    @field_validator("warning_digest")
    @classmethod
    def _a_time(cls, value: str) -> str:
        if value:
            try:
                time.fromisoformat(value)
            except ValueError as error:
                raise ValueError("应如 09:00") from error
        return value

    @field_validator("unheard_retry")
    @classmethod
    def _a_rule(cls, value: str) -> str:
        if value not in set(Retry):
            raise ValueError("应为 none 或 once")
        return value

    @field_validator("approval_rules")
    @classmethod
    def _rules(cls, value: str) -> str:
        approval_rules(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("应以 http:// 或 https:// 开头")
        return value.rstrip("/")

    @field_validator("mail_server")
    @classmethod
    def _a_mail_server(cls, value: str) -> str:
        read_mail_server(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _a_mail_address(cls, value: str) -> str:
        return mail_address(value) if value else value

    @field_validator("briefing_delivery", "report_delivery")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        if len(value.split()) != 5:
            raise ValueError("应为五段：分 时 日 月 星期，如 0 10 * * 1")
        return value

    @field_validator("cap_sender")
    @classmethod
    def _a_sender(cls, value: str) -> str:
        if not is_id(value):
            raise ValueError("不能是空的，不能有空格、逗号、< 或 &，最多 200 个字符")
        return value

    @field_validator("cap_feeds")
    @classmethod
    def _feeds(cls, value: str) -> str:
        for address in _addresses(value):
            if not address.startswith(("http://", "https://")) or len(address) > 300:
                raise ValueError(f"“{address[:60]}”应以 http:// 或 https:// 开头，最多 300 个字符")
        return value

    @field_validator("cap_scope")
    @classmethod
    def _a_scope(cls, value: str) -> str:
        if value not in SCOPES:
            raise ValueError("应为 Public 或 Restricted")
        return value

    @field_validator("cap_access")
    @classmethod
    def _who_reads(cls, value: str) -> str:
        if value not in ("open", "token"):
            raise ValueError("应为 open 或 token")
        return value

    @field_validator("cap_info")
    @classmethod
    def _parts(cls, value: str) -> str:
        read_issuer(value)
        return value

    @property
    def issuer(self) -> Issuer:
        """In whose name our alerts go out, and what they say."""
        return replace(
            read_issuer(self.cap_info),
            sender=self.cap_sender,
            sender_name=self.cap_sender_name or f"{self.district}应急管理局",
            scope=self.cap_scope,
            address=self.public_url,
        )

    @property
    def cap_halls(self) -> tuple[str, ...]:
        """Names of halls and zones that say what others alert of; none: every hall."""
        return _listed(self.cap_targets)

    @property
    def cap_trusted(self) -> tuple[str, ...]:
        """Senders whose alerts nobody need approve."""
        return _listed(self.cap_trusted_senders)

    @property
    def cap_addresses(self) -> tuple[str, ...]:
        """Where alerts are fetched from, each once."""
        return _addresses(self.cap_feeds)

    @property
    def approvals(self) -> Rules:
        """Who must decide before something is said, by kind and priority."""
        return approval_rules(self.approval_rules)

    @property
    def alarms(self) -> AlarmRules:
        """When something is an alarm, and what is done then."""
        return AlarmRules(
            late=timedelta(minutes=self.unheard_minutes),
            silence=timedelta(seconds=self.player_silent_s),
            retry=Retry(self.unheard_retry),
        )

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'steward.db').resolve()}"

    @property
    def secret_key_file(self) -> Path:
        """What signs the browsers' cookies."""
        return self.data_dir / "secret.key"

    @property
    def voices_folder(self) -> Path:
        return Path(self.voices_dir) if self.voices_dir else self.data_dir / "voices"

    @property
    def fonts_folder(self) -> Path:
        return Path(self.fonts_dir) if self.fonts_dir else self.data_dir / "fonts"

    @property
    def clips_folder(self) -> Path:
        return self.data_dir / "clips"

    @property
    def mail(self) -> MailServer | None:
        """Where mail for the towns is handed in, password included; None: none is sent.

        Raises SettingsError when something it needs is missing.
        """
        server = read_mail_server(self.mail_server)
        if server is None:
            return None
        if not self.mail_from:
            raise SettingsError("设了 mail_server，还要写明发件人地址", place="mail_from")
        if not self.mail_password_file:
            return server
        try:
            text = Path(self.mail_password_file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError("存放邮件密码的文件读不出来", place="mail_password_file") from error
        return replace(server, password=text.partition("\n")[0].strip())

    @property
    def offices_folder(self) -> Path:
        """Where the files for town offices lie."""
        return self.data_dir / "offices"

    @property
    def colour_rules(self) -> Path | None:
        """The bureau's own rules of the four-colour map, when there are any."""
        path = self.data_dir / "rules" / "four_colours.toml"
        return path if path.is_file() else None

    @property
    def map_file(self) -> Path:
        """The bureau's own outlines of its towns (GeoJSON); not there: the map is of tiles."""
        return self.data_dir / "map" / "towns.geojson"

    @property
    def points_rules(self) -> Path | None:
        """The bureau's own points table of accident early warning, when there is one."""
        path = self.data_dir / "rules" / "accident_points.toml"
        return path if path.is_file() else None

    @property
    def enforcement_rules(self) -> Path | None:
        """The bureau's own rules of whom to inspect first, when there are any."""
        path = self.data_dir / "rules" / "enforcement.toml"
        return path if path.is_file() else None

    @property
    def law_rules(self) -> Path | None:
        """The bureau's own file of the law, when there is one."""
        path = self.data_dir / "rules" / "legal_basis.toml"
        return path if path.is_file() else None

    @property
    def escalation(self) -> Escalation:
        """When an overdue enterprise becomes the district's matter."""
        return Escalation(self.escalate_unanswered_days, self.escalate_overdue_days)

    @property
    def own_templates(self) -> Path:
        """Narration templates of one's own, which stand before the shipped ones."""
        return self.data_dir / "templates" / "narration"

    @property
    def intake_folder(self) -> Path:
        """Where marked error copies are written."""
        return self.data_dir / "intake"

    @property
    def holidays(self) -> Path:
        return Path(self.holidays_file) if self.holidays_file else self.data_dir / "holidays.toml"

    @property
    def sources(self) -> Path:
        """Where it is declared what is pulled."""
        return Path(self.sources_file) if self.sources_file else self.data_dir / "sources.toml"

    @property
    def lexicon(self) -> Path | None:
        """The user's lexicon, when there is one."""
        path = Path(self.lexicon_file) if self.lexicon_file else self.data_dir / "lexicon.tsv"
        return path if self.lexicon_file or path.is_file() else None

    @property
    def voice_chain(self) -> tuple[str, ...]:
        """Ids of the voices in the order they are tried."""
        names = [self.voice, *self.fallback_voices.split(",")]
        return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        values, _ = _file_values()
        return (init_settings, env_settings, InitSettingsSource(settings_cls, values))


def _listed(text: str) -> tuple[str, ...]:
    """The parts of a list, each once."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,，]+", text) if part))


def _addresses(text: str) -> tuple[str, ...]:
    """Addresses of a list, each once; a comma may stand in one."""
    parts = re.split(r"[\s,，]+(?=https?://)|\s+", text.strip())
    return tuple(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True)
class SettingLine:
    """One setting as it is now: for `steward settings` and the documentation."""

    name: str
    variable: str
    type: str
    default: str
    value: str
    origin: str
    help: str


def _file_values() -> tuple[dict[str, Any], Path]:
    """What the settings file says ({} when there is none), and its path. Raises SettingsError."""
    named = os.environ.get(FILE_VARIABLE, "")
    path = Path(named or DEFAULT_FILE)
    if not path.exists():
        if named:
            raise SettingsError(f"设置文件 {path} 不存在", place=FILE_VARIABLE)
        return {}, path
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), path
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件不是正确的 TOML：{error}", place=str(path)) from error


def load() -> Settings:
    """The settings in force. Raises SettingsError naming the key and where it stands."""
    values, path = _file_values()
    known = set(Settings.model_fields)
    for key in values:
        if key not in known:
            raise SettingsError(f"不认识的设置“{key}”，请更正或删除", place=str(path))
    for variable in os.environ:
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE:
            continue
        if variable.removeprefix(PREFIX).lower() not in known:
            raise SettingsError(f"不认识的环境变量“{variable}”，请更正或删除", place="环境变量")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        place = _origin(name, values, path)
        raise SettingsError(f"设置“{name}”的值不对：{_reason(first)}", place=place) from error


def describe(settings: Settings) -> list[SettingLine]:
    """Every setting with value, origin and help, in the table's order."""
    values, path = _file_values()
    lines = []
    for name, field in Settings.model_fields.items():
        kind = getattr(field.annotation, "__name__", str(field.annotation))
        lines.append(
            SettingLine(
                name=name,
                variable=PREFIX + name.upper(),
                type={
                    "Path": "路径",
                    "str": "文字",
                    "int": "整数",
                    "float": "小数",
                    "bool": "是否",
                }.get(kind, kind),
                default=str(field.default),
                value=_PASSWORD.sub(r"\1…@", str(getattr(settings, name))),
                origin=_origin(name, values, path),
                help=field.description or "",
            )
        )
    return lines


def variable(name: str) -> str | None:
    """What stands in the environment under a name that another file gives: a password, a token."""
    return os.environ.get(name)


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a child process these same settings, whatever its folder."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        own[PREFIX + name.upper()] = str(value.resolve() if isinstance(value, Path) else value)
    return own


def documentation() -> str:
    """The table as Markdown, as it stands in docs/settings.md."""
    rows = [
        "# 设置",
        "",
        "由 `steward settings --markdown` 按设置表生成，请勿手改。"
        "写在 `steward.toml`（`名称 = 值`）或环境变量里；环境变量优先。",
        "",
        "| 名称 | 环境变量 | 类型 | 默认 | 说明 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for line in describe(Settings.model_construct()):
        default = f"`{line.default}`" if line.default else "（空）"
        rows.append(
            f"| `{line.name}` | `{line.variable}` | {line.type} | {default} | {line.help} |"
        )
    return "\n".join(rows) + "\n"


_REASONS = {
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "path_type": "应为路径",
}


def _reason(fault: ErrorDetails) -> str:
    """Pydantic's fault in Chinese; its own words where the table has none."""
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    pattern = _REASONS.get(fault["type"])
    return pattern.format(**fault.get("ctx", {})) if pattern else fault["msg"]


def _origin(name: str, values: dict[str, Any], path: Path) -> str:
    if PREFIX + name.upper() in os.environ:
        return f"环境变量 {PREFIX}{name.upper()}"
    if name in values:
        return str(path)
    return "默认值"
